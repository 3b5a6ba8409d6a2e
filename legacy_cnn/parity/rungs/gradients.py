"""The gradients of the loss with respect to each parameter, in the port's own step."""

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.groups import Group
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.reenacting import precision
from legacy_cnn.parity.rounding import Noise
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.side import Values
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, Finding

#: What the name of a gradient begins with.
PREFIX = "gradient with respect to "


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the gradient of every parameter that the reference trains."""
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> Iterator[Finding]:
    reference, _ = scene.trained
    for group in reversed(scene.ground.pairs.groups):
        names = [f"gradient {name}" for name in group.names]
        if all(name in reference.tensors for name in names):
            expected = {name: reference.tensors[f"gradient {name}"] for name in group.names}
            yield from _compared(scene, group, expected)
        elif not any(name in reference.tensors for name in names):
            yield from _frozen(scene, group)


def _frozen(scene: Scene, group: Group) -> Iterator[Finding]:
    """Parameters that the reference does not train, where a gradient of them moves the port's."""
    candidate, (_, state) = scene.ground.candidate, scene.states
    gradients = [candidate.handed(key, scene.trained[1]) for key in group.keys]
    if not any(gradient is not None and gradient.any() for gradient in gradients):
        return
    after = candidate.step(state, scene.ground.as_given(scene.ground.batches[0]))
    if any(not np.array_equal(after[key], state[key]) for key in group.keys):
        for name in group.names:
            note = "the port trains it, the reference does not"
            yield Finding(f"{PREFIX}{name}", DIFFERENT, note=note)


def _compared(scene: Scene, group: Group, expected: Arrays) -> Iterator[Finding]:
    candidate = scene.ground.candidate
    is_trained = not candidate.updates_apart or all(map(candidate.is_handed, group.keys))
    actual = _actual(scene, group, expected, scene.trained[1], scene.trained_partners)
    own = Noise(actual, lambda: _again(scene, group, expected))
    for name, value in reversed(expected.items()):
        if not is_trained:
            note = "no gradient of it reaches the optimizer: it is not trained"
            yield Finding(f"{PREFIX}{name}", DIFFERENT, note=note)
        elif not actual:
            note = "not seen in the port's step; the slots and weights after it are compared"
            yield Finding(f"{PREFIX}{name}", REWRITTEN, note=note)
        else:
            finding = scene.ground.compare(
                "gradients",
                f"{PREFIX}{name}",
                value,
                actual[name],
                note=scene.note,
                noise=functools.partial(scene.trained_noise.of, f"gradient {name}"),
                own_noise=functools.partial(own.of, name) if scene.ground.may_reorder else None,
            )
            if finding.verdict == DIFFERENT:
                cause = precision.cause_of(value, actual[name])
                finding = dataclasses.replace(finding, cause=cause)
            yield finding


def _again(scene: Scene, group: Group, expected: Arrays) -> Arrays:
    """The candidate's gradients of the same batch in another order."""
    values = scene.again_in_candidate()
    return _actual(scene, group, expected, values, Candidates(values.tensors))


def _actual(
    scene: Scene, group: Group, expected: Arrays, values: Values, partners: Candidates
) -> Arrays:
    """The candidate's gradients as they lie in the reference; none if not all are seen."""
    pieces = {
        key: _seen(scene, key, value, values, partners)
        for key, value in group.moved(expected).items()
    }
    seen = {key: piece for key, piece in pieces.items() if piece is not None}
    return group.moved_back(seen) if len(seen) == len(pieces) else {}


def _seen(
    scene: Scene, key: Any, value: Array, values: Values, partners: Candidates
) -> Array | None:
    """The gradient of a variable among the tensors of the candidate's step."""
    partner = partners.nearest(value)
    if partner is not None:
        return partner.value
    handed = scene.ground.candidate.handed(key, values)
    return handed if handed is None or handed.size != value.size else handed.reshape(value.shape)
