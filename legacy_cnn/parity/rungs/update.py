"""One update of the optimizer and its slots, from the same gradients on both sides.

The tutorial's own gradients are huge and would hide much: an epsilon, for example, shows only if a
gradient is tiny. So the rule is also tried with zero gradients, and, starting from weights of zero,
with gradients of every size; and again after many steps, which shows what depends on the step.
"""

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.results.report import DIFFERENT, Finding

#: Exponents of ten of the probe's gradients: from far below epsilon to far above any clipping.
PROBE = (-10, 4)
PROBES = 3
LATE = 1000  # steps


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares slots and the change of the weights; the first difference gets its cause."""
    is_explained = False
    for finding in _updates(ground):
        if finding.verdict == DIFFERENT and not is_explained:
            cause = causes.of_rule(ground.reference.rule(), ground.candidate.rule())
            finding, is_explained = dataclasses.replace(finding, cause=cause), True
        yield finding


def _updates(ground: Ground) -> Iterator[Finding]:
    weights, zeros = ground.weights, _zeros(ground)
    yield from _update(ground, "update", "", weights, [_reference_gradients(ground)])
    yield from _update(ground, "update, no gradient", "no gradient: ", weights, [zeros])
    probes = list(_probes(ground))
    yield from _update(ground, "update, probe", "probe: ", zeros, probes)
    yield from _update(ground, "update, probe", f"after {LATE} steps: ", zeros, probes, LATE)


def _update(
    ground: Ground,
    row: str,
    prefix: str,
    weights: Arrays,
    series: Iterable[Arrays],
    steps_before: int = 0,
) -> Iterator[Finding]:
    """Compares both programs after updates with a series of gradients.

    Args:
      ground: both programs.
      row: the row of the table of tolerances.
      prefix: what the names of the tensors begin with.
      weights: initial weights.
      series: the gradients of each update.
      steps_before: step count of the optimizer at the beginning.
    """
    reference, candidate = ground.reference, ground.candidate
    reference.begin(weights)
    candidate.begin(weights)
    if steps_before:
        reference.skip_to(steps_before)
        candidate.skip_to(steps_before)
    for gradients in series:
        reference.apply(gradients)
        candidate.apply(gradients)
    state, candidate_state = reference.state(), candidate.state()
    for (slot, name), value in reference.slots(state).items():
        tensor = f"{prefix}{slot} of {name}"
        if (slot, name) not in candidate_state:
            yield Finding(tensor, DIFFERENT, note="the candidate's optimizer has no such slot")
        else:
            yield ground.compare(row, tensor, value, candidate_state[(slot, name)])
    for name, value in reference.weights(state).items():
        changes = value - weights[name], candidate_state[name] - weights[name]
        yield ground.compare(row, f"{prefix}{name}", *changes)


def _zeros(ground: Ground) -> Arrays:
    return {name: np.zeros_like(value) for name, value in ground.weights.items()}


def _reference_gradients(ground: Ground) -> Arrays:
    """The reference's gradients for the first batch."""
    images, labels, _ = ground.batches[0]
    mask = ground.mask_of(ground.scenes[0].passed)
    ground.reference.begin(ground.weights)
    return ground.reference.backward(images, labels, ground.keep_prob, mask, {})[1]


def _probes(ground: Ground) -> Iterator[Arrays]:
    generator = np.random.default_rng(0)
    for _ in range(PROBES):
        yield {name: _probe(generator, value.shape) for name, value in ground.weights.items()}


def _probe(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Gradients of both signs, with sizes spread evenly over the exponents."""
    size = np.float32(10) ** generator.uniform(*PROBE, shape).astype(np.float32)
    return np.where(generator.random(shape) < 0.5, -size, size)
