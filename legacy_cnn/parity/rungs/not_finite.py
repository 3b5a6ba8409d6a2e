"""A step on what is not finite: a program that goes on as if nothing had been is another one."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.ground import Ground
from legacy_cnn.results.report import DIFFERENT, SAME, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares whether parameters have a NaN after a step on a batch with one.

    Where it spreads to is each kernel's own; a port counts that has none in any parameter.
    """
    batch = ground.batches[0]
    candidate = ground.candidate
    if batch.parts or batch.images.dtype.kind != "f":
        return  # several inputs are packed into one array, with integers among them
    if not candidate.takes_floats or candidate.skips_not_finite:
        return
    if ground.as_given(batch).images.dtype.kind != "f":
        return  # a port that is fed bytes: none of them is a NaN
    images = batch.images.copy()
    images[0] = np.nan
    batch = dataclasses.replace(batch, images=images)
    states = ground.scenes[1].states
    try:
        after = ground.reference.step(states[0], batch)
    except tf.errors.InvalidArgumentError:
        return  # it looks for NaN itself, as tf.check_numerics does, and stops
    here = ground.reference.weights(after)
    there = ground.weights_of(candidate.step(states[1], ground.as_given(batch)))
    spoilt = [name for name, value in here.items() if np.isnan(value).any()]
    if spoilt and all(np.isfinite(value).all() for value in there.values()):
        note = "after a step on a NaN, every parameter is finite; in the reference this one is not"
        yield Finding(spoilt[0], DIFFERENT, note=note)
    else:
        yield Finding("parameters", SAME, note="a step on a NaN spoils both programs, or neither")
