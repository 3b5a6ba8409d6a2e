"""What a candidate returns: the reference's output, or probabilities made of it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.causes import softmax

#: Probabilities this near to those of the reference are meant to be the same.
NEAR = 1e-2


class Returned(NamedTuple):
    """What to compare the candidate's output with."""

    name: str
    expected: Array
    output: Array  #: in the shape of the expected one, if it has as many numbers
    spread: Callable[[Array], Array]  #: from the noise of the reference's output to that of this


def returned(name: str, value: Array, output: Array) -> Returned:
    """Finds what the candidate's output stands for.

    Args:
      name: of the reference's output.
      value: the reference's output.
      output: the candidate's.
    """
    if output.size == value.size:
        output = output.reshape(value.shape)
    if output.shape != value.shape:
        return Returned(name, value, output, _as_it_is)
    if are_probabilities(output) and not are_probabilities(value):
        expected = softmax(value)
        return Returned(
            "probabilities", expected, output, lambda noise: of_softmax(expected, noise)
        )
    if _are_shares(output) and not _are_shares(value):
        expected = _sigmoid(value)
        if np.allclose(output, expected, rtol=0, atol=NEAR):
            return Returned(
                "probabilities", expected, output, lambda noise: _of_sigmoid(expected, noise)
            )
    return Returned(name, value, output, _as_it_is)


def of_softmax(probabilities: Array, noise: Array) -> Array:
    """What noise of logits does to their softmax: |dp_i| is at most 2 p_i max|dx|."""
    return 2 * probabilities * noise.max(axis=-1, keepdims=True)


def are_probabilities(output: Array) -> bool:
    """Whether the last axis holds probabilities of classes."""
    return bool(
        output.ndim >= 2
        and output.shape[-1] > 1
        and (output >= 0).all()
        and np.allclose(output.sum(axis=-1), 1, atol=1e-3)
    )


def _as_it_is(noise: Array) -> Array:
    return noise


def _are_shares(output: Array) -> bool:
    return bool((output >= 0).all() and (output <= 1).all())


def _sigmoid(value: Array) -> Array:
    wide = value.astype(np.float64)
    return np.asarray((0.5 * (1 + np.tanh(wide / 2))).astype(value.dtype))


def _of_sigmoid(shares: Array, noise: Array) -> Array:
    """What noise of a number does to its sigmoid, and the rounding of the sigmoid itself."""
    return noise * shares * (1 - shares) + shares * np.finfo(shares.dtype).eps
