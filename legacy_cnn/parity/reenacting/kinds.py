"""Another optimizer than the reference's: one that Keras has, of another kind."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """The first step of the candidate's optimizer, made anew, from the reference's weights.

    Only Keras' own optimizers are tried: what a class of the user's is called says nothing.
    """
    optimizer = trial.ground.candidate.new_optimizer()
    here = trial.ground.reference.rule().get("optimizer")
    if optimizer is None or not here or trial.steps:
        return
    there = type(optimizer).__name__
    if there not in (here, f"{here}W"):  # what AdamW adds to Adam is found by itself
        words = f"the optimizer is {there} instead of {here}"
        yield words, functools.partial(_first_step, optimizer)


def _first_step(optimizer: Any, trial: Trial) -> Named:
    """The weights after the first step of an optimizer; slots are as the candidate has them."""
    names = trial.parameters
    with tf.init_scope():
        variables = [tf.Variable(trial.before[name]) for name in names]
        optimizer.build(variables)
        gradients = [tf.constant(trial.raw[name]) for name in names]
        optimizer.apply(gradients, variables)
        after = {n: np.asarray(v) for n, v in zip(names, variables, strict=True)}
    return {**trial.there, **after}
