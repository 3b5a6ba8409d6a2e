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
    yield from _values(ground)


def _shapes(ground: Ground) -> Iterator[Finding]:
    pairs = ground.pairs
    for name, variable in pairs.misfits.items():
        expected = ground.weights[name].shape
        cause = causes.of_shape(expected, variable.shape)
        note = f"{variable.name} has shape {variable.shape}, expected {expected}"
        yield Finding(name, DIFFERENT, note=note, cause=cause)
    for name in pairs.missing:
        note = f"no variable of the port has its shape, {ground.weights[name].shape}"
        yield Finding(name, DIFFERENT, note=note)
    for variable in pairs.extra:
        note = f"the reference trains no such variable {variable.shape}"
        yield Finding(variable.name, DIFFERENT, note=note)
    for name, variable in pairs.parameters.items():
        expected_type = str(ground.weights[name].dtype)
        if variable.dtype != expected_type:
            note = f"dtype {variable.dtype}, expected {expected_type}"
            yield Finding(name, DIFFERENT, note=note)


def _values(ground: Ground) -> Iterator[Finding]:
    if "computation" in ground.candidate.missing:
        state, note = ground.candidate.beginning(), ""
    else:
        state, note = ground.states(ground.weights)[1], "after a call"
        ground.candidate.evaluate(state, ground.given(ground.batches[0].images))
        state = ground.candidate.after_call(state)
    weights = ground.weights_of(state)
    for name, value in ground.weights.items():
        finding = ground.compare("weights", name, value, weights[name], note=note)
        if finding.verdict == DIFFERENT:
            cause = causes.of_values(ground, name, value, weights[name])
            finding = dataclasses.replace(finding, cause=cause)
        yield finding


def _finite(ground: Ground) -> Iterator[Finding]:
    for name, value in ground.weights_of(ground.candidate.beginning()).items():
        if np.isfinite(value).all():
            note = "only shape and type: there are no weights to compare with"
            yield Finding(name, SAME, note=note)
        else:
            yield Finding(name, DIFFERENT, note="contains NaN or infinite values")
