"""One update of the optimizer and its slots, from the same gradients on both sides.

The tutorial's own gradients are huge, and would hide much: an epsilon, say, shows only where a
gradient is tiny. So the rule is also tried on no gradient at all, and, from weights of zero, on
gradients of every size; and once more as if training had gone on for long, which shows what
depends on the step.
"""

import dataclasses

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.report import DIFFERENT, Finding

#: Exponents of ten of the probe's gradients: far below epsilon to far above any clipping.
PROBE = (-10, 4)
PROBES = 3
LATE = 1000  # steps


def findings(ground):
    """Slots, then the weights' movement, on each ground; the first difference has its cause."""
    explained = False
    for finding in _updates(ground):
        if finding.verdict == DIFFERENT and not explained:
            cause = causes.of_rule(ground.reference.rule(), ground.candidate.rule())
            finding, explained = dataclasses.replace(finding, cause=cause), True
        yield finding


def _updates(ground):
    own = _own_gradients(ground)
    yield from _update(ground, "update", "", ground.weights, [own])
    yield from _update(
        ground, "update, no gradient", "no gradient: ", ground.weights, [_zeros(ground)]
    )
    probes = list(_probes(ground))
    yield from _update(ground, "update, probe", "probe: ", _zeros(ground), probes)
    late = f"after {LATE} steps: "
    yield from _update(ground, "update, probe", late, _zeros(ground), probes, LATE)


def _update(ground, row, prefix, weights, series, done=0):
    reference, candidate = ground.reference, ground.candidate
    reference.begin(weights)
    candidate.begin(weights)
    if done:
        reference.skip_to(done)
        candidate.skip_to(done)
    for gradients in series:
        reference.apply(gradients)
        candidate.apply(gradients)
    state, own = reference.state(), candidate.state()
    for (slot, name), value in reference.slots(state).items():
        tensor = f"{prefix}{slot} of {name}"
        if (slot, name) not in own:
            yield Finding(tensor, DIFFERENT, note="the candidate's optimizer has no such slot")
        else:
            yield ground.compare(row, tensor, value, own[(slot, name)])
    for name, value in reference.weights(state).items():
        moved = value - weights[name], own[name] - weights[name]
        yield ground.compare(row, f"{prefix}{name}", *moved)


def _zeros(ground):
    return {name: np.zeros_like(value) for name, value in ground.weights.items()}


def _own_gradients(ground):
    """The reference's for the first batch."""
    images, labels, _ = ground.batches[0]
    mask = ground.mask_of(ground.scenes[0].passed)
    ground.reference.begin(ground.weights)
    return ground.reference.backward(images, labels, ground.keep_prob, mask, {})[1]


def _probes(ground):
    generator = np.random.default_rng(0)
    for _ in range(PROBES):
        yield {name: _probe(generator, value.shape) for name, value in ground.weights.items()}


def _probe(generator, shape):
    """Gradients with sizes spread evenly over the exponents, of either sign."""
    size = np.float32(10) ** generator.uniform(*PROBE, shape).astype(np.float32)
    return np.where(generator.random(shape) < 0.5, -size, size)
