"""The weights: their shapes and types, and whether they keep the values that they are set to."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.ground import CannotGoOn, Ground
from legacy_cnn.results.report import DIFFERENT, SAME, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares shapes and types, then the values after they were set, and after a call."""
    shapes = list(_shapes(ground))
    yield from shapes
    if any(finding.verdict == DIFFERENT for finding in shapes):
        raise CannotGoOn
    if ground.fixed:
        yield from _finite(ground)
        return
    ground.reference.begin(ground.weights)
    ground.candidate.begin(ground.weights)
    yield from _values(ground, "")
    if "computation" not in ground.candidate.missing:
        ground.candidate.forward(ground.batches[0][0])
        yield from _values(ground, "after a call")


def _shapes(ground: Ground) -> Iterator[Finding]:
    shapes = ground.candidate.shapes()
    for name, value in ground.weights.items():
        shape, dtype = shapes[name]
        if tuple(shape) != value.shape:
            cause = causes.of_shape(value.shape, shape)
            note = f"shape {tuple(shape)}, expected {value.shape}"
            yield Finding(name, DIFFERENT, note=note, cause=cause)
        elif dtype != str(value.dtype):
            yield Finding(name, DIFFERENT, note=f"dtype {dtype}, expected {value.dtype}")


def _values(ground: Ground, when: str) -> Iterator[Finding]:
    weights = ground.candidate.weights()
    for name, value in ground.weights.items():
        finding = ground.compare("weights", name, value, weights[name], note=when)
        if finding.verdict == DIFFERENT:
            cause = causes.of_values(ground, name, value, weights[name])
            finding = dataclasses.replace(finding, cause=cause)
        yield finding


def _finite(ground: Ground) -> Iterator[Finding]:
    for name, value in ground.candidate.weights().items():
        if np.isfinite(value).all():
            note = "only shape and type: there are no weights to compare with"
            yield Finding(name, SAME, note=note)
        else:
            yield Finding(name, DIFFERENT, note="contains NaN or infinite values")
