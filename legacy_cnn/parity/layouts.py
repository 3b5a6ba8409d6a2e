"""How a parameter lies in another program: a table of pairs of functions."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.weights.matching import Shape


class Layout(NamedTuple):
    """How an array of the reference lies in the candidate."""

    name: str  #: "" where it lies the same
    there: Callable[[Array], Array]  #: from the reference to the candidate
    back: Callable[[Array], Array]


def _same(value: Array) -> Array:
    return value


SAME_LAYOUT = Layout("", _same, _same)


def layout(reference: Shape, candidate: Shape) -> Layout | None:
    """The layout that turns one shape into the other; None if none does."""
    if reference == candidate:
        return SAME_LAYOUT
    if int(np.prod(reference)) != int(np.prod(candidate)):
        return None
    if len(reference) == 2 and candidate == reference[::-1]:
        return Layout("transposed", np.transpose, np.transpose)
    shapes = reference, candidate
    if _is_reshaped(*shapes) or _is_split(*shapes) or _is_split(*reversed(shapes)):
        return Layout(
            "in another shape",
            lambda value: value.reshape(candidate),
            lambda value: value.reshape(reference),
        )
    return None


def _is_reshaped(reference: Shape, candidate: Shape) -> bool:
    """Whether the last axis, the outputs, is the same but for axes of one: a dense layer as a
    convolution, or a bias with axes."""
    outputs = [[size for size in shape if size != 1][-1:] for shape in (reference, candidate)]
    return outputs[0] == outputs[1]


def _is_split(whole: Shape, parts: Shape) -> bool:
    """Whether each axis of one shape is an axis of the other, or several in a row: a matrix of the
    units of all heads, as attention by hand has it, where Keras has an axis for the heads."""
    axes = list(parts)
    for size in whole:
        product = 1
        while axes and product < size:
            product *= axes.pop(0)
        if product != size:
            return False
    return all(size == 1 for size in axes)
