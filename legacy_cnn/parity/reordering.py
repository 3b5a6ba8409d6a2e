"""A batch in another order: an equal batch, whose sums are rounded otherwise.

Nudged inputs do not show what the order of a sum does: a mean over rows that two programs flatten
differently. So in the runs that measure noise the rows of the batch lie in other orders, too, where
the reference does not depend on their order.
"""

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.partners import is_near
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Batch, State

#: What another order may do to the norm of a layer that does not depend on it, and of a gradient: a
#: sum of float32 moves by some 1e-7, but the 8,192 numbers of a bias' gradient that cancel by 2e-5.
ROUNDING, CANCELLING = 1e-5, 1e-4

#: What has no rows: the loss, and gradients.
_WHOLE = ("loss", "gradient ")


class Rows(NamedTuple):
    """Where a tensor has the rows of a batch."""

    axis: int
    each: int  #: elements of the axis for each row, one after another


class Reordering:
    """Whether, and how, the order of a batch may be changed."""

    def __init__(self, reference: GraphSide, state: State, batch: Batch) -> None:
        """Tries one other order.

        Args:
          reference: the graph.
          state: of its variables.
          batch: one of training, with its noise.
        """
        self.is_free, self._rows = False, dict[str, Rows | None]()
        size = len(batch.images)
        if size < 2 or len(batch.labels) != size:
            return
        order = np.random.default_rng(size).permutation(size)
        first, other = (
            reference.named_values(reference.pass_through(state, one))
            for one in (batch, reordered(batch, order))
        )
        whole = [name for name in first if name.startswith(_WHOLE)]
        self.is_free = bool(whole) and all(
            is_near(first[name], other[name], CANCELLING) for name in whole
        )
        self._rows = {
            name: _rows(first[name], other[name], order) for name in first if name not in whole
        }

    def order(self, size: int, generator: np.random.Generator) -> NDArray[np.intp]:
        """Another order of so many rows; their own if that may not be changed."""
        return generator.permutation(size) if self.is_free else np.arange(size)

    @property
    def is_known(self) -> bool:
        """Whether every layer can be put back into its order."""
        return all(rows is not None for rows in self._rows.values())

    def put_back(self, values: Arrays, order: NDArray[np.intp]) -> Arrays:
        """Layers, loss and gradients of a batch in another order, as they lie in its own."""
        if not self.is_free:
            return values
        back = np.argsort(order)
        return {
            name: value if (rows := self._rows.get(name)) is None else _taken(value, rows, back)
            for name, value in values.items()
        }


def reordered(batch: Batch, order: NDArray[np.intp]) -> Batch:
    """The batch with its rows, and their noise, in another order, or some of them."""
    size = len(batch.images)
    noise = tuple(
        _taken(one, Rows(0, one.shape[0] // size), order)
        if one.ndim and one.shape[0] and one.shape[0] % size == 0
        else one
        for one in batch.noise
    )
    return dataclasses.replace(
        batch, images=batch.images[order], labels=batch.labels[order], noise=noise
    )


def _rows(value: Array, other: Array, order: NDArray[np.intp]) -> Rows | None:
    """Where the rows of a tensor are, by its values in two orders."""
    back = np.argsort(order)
    for axis, length in enumerate(value.shape):
        if length and length % len(order) == 0:
            rows = Rows(axis, length // len(order))
            if is_near(value, _taken(other, rows, back), ROUNDING):
                return rows
    return None


def _taken(value: Array, rows: Rows, order: NDArray[np.intp]) -> Array:
    if rows.each == 1:
        return np.take(value, order, rows.axis)
    places = (order[:, None] * rows.each + np.arange(rows.each)).ravel()
    return np.take(value, places, rows.axis)
