"""Finds the sheet in a picture that shows more: what it lies on, or a window around it."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[slice, slice]  #: rows and columns

#: Side of the picture in which the sheet is looked for; less is faster.
_SMALL_SIDE = 160
#: Both sides of a sheet are at least this long, as a share of the picture's shorter side.
_SHORTEST = 0.35
#: So much of the smallest rectangle around it is of the sheet; of a round shape, it is 0.79...
_RECTANGULAR = 0.88
#: ... and so much of the sheet is not written on.
_BLANK = 0.65
#: So much of what is around it looks like the sheet at most; if more does, it is paper in a frame.
_ALIKE = 0.35
#: A sheet lies within the picture, but for one side.
_MOST_SIDES = 1
#: A sheet may be turned by so many degrees.
_ANGLES = np.radians(np.arange(-21, 22, 3))
#: This share of the sheet's sides is cut off, for the shadow at its edge.
_MARGIN = 0.02


def cut_to_sheet(colours: Floats) -> Floats:
    """Returns what of a picture shows the sheet; all of it if the sheet is all that it shows.

    A sheet is a rectangle that is lighter, or darker, than what is around it. If there are two,
    which one is meant is not known.

    Args:
      colours: `(height, width, 3)` in 0-255.
    """
    step = max(1, min(colours.shape[:2]) // _SMALL_SIDE)
    small = ndimage.uniform_filter(colours, (step, step, 1))[::step, ::step]
    for grey in (small.mean(axis=-1), *np.moveaxis(small, -1, 0)):
        middle = _between(grey)
        found = [sheet for mask in (grey > middle, grey <= middle) for sheet in _sheets(mask)]
        if len(found) == 1:
            return _cut(colours, found[0].repeat(step, 0).repeat(step, 1))
    return colours


def _between(grey: Floats) -> float:
    """Returns the lightness between the light and the dark pixels. Source: Otsu, 1979."""
    counts, edges = np.histogram(grey, 64)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    means = sums[:-1] / np.maximum(below, 1), (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(edges[1:-1][np.argmax(below * above * (means[0] - means[1]) ** 2)])


def _sheets(mask: Mask) -> list[Mask]:
    """Returns the sheets among what is connected in a mask, with what is written on them."""
    labels, _ = ndimage.label(mask)
    shortest = _SHORTEST * min(mask.shape)
    sheets = []
    for at, box in enumerate(ndimage.find_objects(labels), 1):
        if min(each.stop - each.start for each in box) < shortest or _sides(box, mask.shape):
            continue
        own = np.pad(labels[box] == at, 1)
        filled = ndimage.binary_fill_holes(own)
        if own.sum() < _BLANK * filled.sum() or not _is_rectangle(filled):
            continue
        sheet = np.zeros(mask.shape, bool)
        sheet[box] = filled[1:-1, 1:-1]
        if np.mean(mask[~sheet]) < _ALIKE:
            sheets.append(sheet)
    return sheets


def _sides(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a box lies at too many of the picture's sides."""
    at = [
        end
        for each, length in zip(box, shape, strict=True)
        for end in (each.start == 0, each.stop == length)
    ]
    return sum(at) > _MOST_SIDES


def _is_rectangle(filled: Mask) -> bool:
    """Whether a shape, perhaps turned, is one."""
    rows, columns = np.nonzero(filled)
    cosines, sines = np.cos(_ANGLES), np.sin(_ANGLES)
    down = np.outer(cosines, rows) + np.outer(sines, columns)
    across = np.outer(cosines, columns) - np.outer(sines, rows)
    areas = (np.ptp(down, axis=1) + 1) * (np.ptp(across, axis=1) + 1)
    return bool(len(rows) > _RECTANGULAR * areas.min())


def _cut(colours: Floats, sheet: Mask) -> Floats:
    """Cuts the sheet out; what is beside it gets the colour of its nearest pixel."""
    height, width = colours.shape[:2]
    sheet = sheet[:height, :width]
    margin = 2 + round(_MARGIN * min(sheet.any(axis).sum() for axis in (0, 1)))
    inner = ndimage.binary_erosion(sheet, iterations=margin)
    box = ndimage.find_objects(inner.astype(int))[0]
    nearest = ndimage.distance_transform_edt(
        ~inner[box], return_distances=False, return_indices=True
    )
    cut: Floats = colours[box][tuple(nearest)]
    return cut
