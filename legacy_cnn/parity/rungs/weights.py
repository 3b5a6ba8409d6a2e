"""The weights: their shapes and types, and whether they are what they were set to."""

import dataclasses

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.ground import CannotGoOn
from legacy_cnn.parity.report import DIFFERENT, SAME, Finding


def findings(ground):
    """Shapes and types; then the values after they were set, and after a call."""
    shapes = list(_shapes(ground))
    yield from shapes
    if any(each.verdict == DIFFERENT for each in shapes):
        raise CannotGoOn
    if ground.fixed:
        yield from _finite(ground)
        return
    ground.reference.begin(ground.weights)
    ground.candidate.begin(ground.weights)
    yield from _values(ground, "")
    if "forward" not in ground.candidate.lacks:
        ground.candidate.forward(ground.batches[0][0])
        yield from _values(ground, "after a call")


def _shapes(ground):
    found = ground.candidate.shapes()
    for name, value in ground.weights.items():
        shape, dtype = found[name]
        if tuple(shape) != value.shape:
            cause = causes.of_shape(value.shape, shape)
            note = f"shape {tuple(shape)}, expected {value.shape}"
            yield Finding(name, DIFFERENT, note=note, cause=cause)
        elif dtype != str(value.dtype):
            yield Finding(name, DIFFERENT, note=f"dtype {dtype}, expected {value.dtype}")


def _values(ground, when):
    found = ground.candidate.weights()
    for name, value in ground.weights.items():
        finding = ground.compare("weights", name, value, found[name], note=when)
        if finding.verdict == DIFFERENT:
            finding = dataclasses.replace(
                finding, cause=causes.of_values(ground, name, value, found[name])
            )
        yield finding


def _finite(ground):
    for name, value in ground.candidate.weights().items():
        if np.isfinite(value).all():
            yield Finding(name, SAME, note="shape and type only: no weights to compare with")
        else:
            yield Finding(name, DIFFERENT, note="holds NaN or infinite values")
