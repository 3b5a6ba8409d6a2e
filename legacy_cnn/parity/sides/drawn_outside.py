"""Feeds for what a step of evaluation draws."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.fed import Fed


def drawn(step: Any, arguments: Any) -> list[tuple[tf.Tensor, Array]]:
    """What each random operation of a lifted step draws, in order."""
    tensors = step.random_tensors
    return list(zip(tensors, step.fetch(arguments, {}, tensors), strict=True))


def feed(
    own: Sequence[tuple[tf.Tensor, Array]], feds: Sequence[Fed | None], noise: Sequence[Array]
) -> tuple[dict[tf.Tensor, Array], int]:
    """Gives the random operations of a step what those of another step are given.

    Args:
      own: the random operations of the step, and what each drew once.
      feds: how the other step is fed what the reference draws, by the reference's places.
      noise: what is drawn at each of these places.

    Returns:
      The feed, and the number of places that it has.
    """
    parts: dict[Fed, list[Array]] = {}
    for fed, value in zip(feds, noise, strict=False):
        if fed is not None:
            parts.setdefault(fed, []).append(value)
    given: dict[tf.Tensor, Array] = {}
    places = 0
    for fed in sorted(parts, key=lambda fed: fed.at):
        size, kind = sum(part.size for part in parts[fed]), random_numbers.kind(fed.tensor)
        for tensor, value in sorted(own, key=lambda one: -fed.names_alike(one[0])):
            if tensor in given or value.size != size or random_numbers.kind(tensor) != kind:
                continue
            fitting = fed.likewise(tensor, value.shape).value(*parts[fed])
            given[tensor] = fitting.astype(value.dtype)
            places += len(parts[fed])
            break
    return given, places
