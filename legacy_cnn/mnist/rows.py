"""The images and labels of a set in the order of the last shuffle, as floats only where needed."""

import numpy

#: What the original multiplied pixels by. Not the same as dividing by 255: for 126 of the
#: 256 bytes the two differ in the last bit.
SCALE = numpy.float32(1.0 / 255.0)


def scaled(images):
    """Turns bytes into what the graph is fed: float32 in 0.0-1.0, of the same shape."""
    pixels = images.astype(numpy.float32)
    pixels *= SCALE
    return pixels


class Rows:
    """An array, with the shuffles and the scaling it is still owed."""

    def __init__(self, array, scale):
        # A script may reuse its own buffer: the original's conversion had copied it by now.
        # What was read from a file is read-only, and needs no copy.
        self._array = array.copy() if scale and array.flags.writeable else array
        self._scale = scale
        self._order = None

    def shuffle(self, permutation):
        self._order = permutation if self._order is None else self._order[permutation]

    def take(self, start, end):
        """Rows `start` to `end` of the shuffled, scaled array."""
        rows = slice(start, end) if self._order is None else self._order[start:end]
        return self._scaled(self._array[rows])

    def all(self):
        """The whole shuffled, scaled array; from then on it is what batches are taken from,
        so that a script that changes it in place changes its batches, as it always did."""
        if self._order is not None:
            self._array, self._order = self._array[self._order], None
        self._array, self._scale = self._scaled(self._array), False
        return self._array

    def _scaled(self, rows):
        return scaled(rows) if self._scale else rows
