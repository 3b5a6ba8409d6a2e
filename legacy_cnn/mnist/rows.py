"""The images or labels of a set in the order of the last shuffle, made floats only when drawn."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The old loader multiplied pixels by this number. That is not the same as a division by 255:
#: for 126 of the 256 bytes the two differ in the last bit.
SCALE = np.float32(1.0 / 255.0)


def scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turns bytes, 0-255, into the graph's input: float32 in 0.0-1.0, of the same shape."""
    pixels = images.astype(np.float32)
    pixels *= SCALE
    return pixels


class Rows:
    """An array that is shuffled by moving indices, and scaled where rows are taken from it."""

    def __init__(self, array: NDArray[Any], scale: bool) -> None:
        """Takes the array.

        Args:
          array: its first dimension is what is shuffled.
          scale: whether rows are bytes to be turned into floats in 0.0-1.0.
        """
        # A script may reuse its own buffer after the old loader had converted, and so copied, it.
        # An array that was read from a file is read-only and needs no copy.
        self._array = array.copy() if scale and array.flags.writeable else array
        self._scale = scale
        self._order: NDArray[np.int64] | None = None

    def shuffle(self, permutation: NDArray[np.int64]) -> None:
        """Applies a permutation to the rows in the order they have now."""
        self._order = permutation if self._order is None else self._order[permutation]

    def take(self, start: int, end: int) -> NDArray[Any]:
        """Returns rows `start` to `end` of the shuffled array, scaled."""
        if self._order is None:
            return self._scaled(self._array[start:end])
        return self._scaled(self._array.take(self._order[start:end], axis=0))

    def all(self) -> NDArray[Any]:
        """Returns the whole shuffled array, scaled.

        Later batches are taken from the returned array, so a script that changes it in place
        changes its batches, as with the old loader.
        """
        if self._order is not None:
            self._array, self._order = self._array.take(self._order, axis=0), None
        self._array, self._scale = self._scaled(self._array), False
        return self._array

    def _scaled(self, rows: NDArray[Any]) -> NDArray[Any]:
        return scaled(rows) if self._scale else rows
