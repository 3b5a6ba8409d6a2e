"""Feeds for what a step of evaluation draws."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides import random_numbers


def feed(step: Any, arguments: Any, noise: Mapping[tf.Tensor, Array]) -> dict[Any, Array]:
    """Gives the random operations of a step, in order, noise of their kind and size.

    Args:
      step: a lifted one.
      arguments: what it is called with.
      noise: random operation of the other program -> what that draws.
    """
    own = list(
        zip(step.random_tensors, step.fetch(arguments, {}, step.random_tensors), strict=True)
    )
    given: dict[Any, Array] = {}
    for other, value in noise.items():
        for tensor, drawn in own:
            is_alike = random_numbers.kind(tensor) == random_numbers.kind(other) != "other"
            if tensor not in given and is_alike and drawn.size == value.size:
                given[tensor] = value.reshape(drawn.shape).astype(drawn.dtype)
                break
    return given
