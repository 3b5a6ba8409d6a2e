"""Takes straight lines out of a picture: of ruled and squared paper, tables, frames and axes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

#: A line is at most this thick, as a share of the picture's shorter side; strokes are thicker.
_THICKEST = 0.012
#: A line is darker than this, and than so many times the grain.
_FAINTEST, _GRAINS = 0.04, 2
#: In a picture with a shorter side, lines are as thick as strokes.
_SMALLEST_SIDE = 100
#: A line is there on at least this share of its way through the picture.
_LEAST_SHARE = 0.5
#: A line that is in the picture for less than this share of its width is not looked for.
_SHORTEST = 0.4
#: Lines may be turned by this much: their slope.
_STEEPEST = 0.27


def without_lines(ink: Floats, grain: Floats) -> tuple[Floats, Mask]:
    """Takes out of the ink what is thin, straight, and goes through most of the picture.

    Where a stroke crosses a line, it is thicker than the line and stays.

    Args:
      ink: `(height, width)` in 0.0-1.0.
      grain: standard deviation of the noise in it, `(height, width)`.

    Returns:
      The ink without lines, and where they were.
    """
    lines = np.zeros(ink.shape, bool)
    thick = thickest(ink.shape)
    if min(ink.shape) < _SMALLEST_SIDE:
        return ink, lines
    ink, lines = _without_level(ink, thick, grain)
    turned, upright = _without_level(ink.T, thick, grain.T)
    return turned.T, lines | upright.T


def thickest(shape: tuple[int, ...]) -> int:
    """How thick a line in a picture is at most, in pixels."""
    return max(3, round(_THICKEST * min(shape)) + 2)


def _without_level(ink: Floats, thick: int, grain: Floats) -> tuple[Floats, Mask]:
    """Takes out the lines that go from left to right."""
    strokes = ndimage.grey_opening(ink, (thick, 1), mode="nearest")
    thin = ink - strokes > np.maximum(_FAINTEST, _GRAINS * grain)
    near = ndimage.binary_dilation(thin, np.ones((3, 1)))
    points = np.nonzero(thin)
    on_line = np.zeros(ink.shape, bool)
    for slope in np.linspace(-_STEEPEST, _STEEPEST, round(2 * _STEEPEST * ink.shape[1] / 5) + 1):
        _draw_lines(on_line, near, points, slope)
    band = ndimage.binary_dilation(on_line, np.ones((thick + 2, 1)))
    return np.where(band, np.minimum(ink, strokes), ink), band


def _draw_lines(on_line: Mask, near: Mask, points: tuple[Any, ...], slope: float) -> None:
    """Draws all lines of one slope that have enough points (a Hough transform)."""
    height, width = on_line.shape
    columns = np.arange(width)
    rises = np.round(slope * (columns - width / 2)).astype(int)
    most = int(np.abs(rises).max())
    # A line's number is the row where it crosses the middle, from `-most` on.
    numbers = points[0] - rises[points[1]] + most
    counts = np.convolve(np.bincount(numbers, minlength=height + 2 * most), [1, 1, 1], "same")
    middles = np.arange(len(counts)) - most
    rising = np.sort(rises)
    lengths = np.searchsorted(rising, height - middles) - np.searchsorted(rising, -middles)
    enough = (lengths > _SHORTEST * width) & (counts > _LEAST_SHARE * lengths)
    for row in middles[enough]:
        rows = row + rises
        inside = (rows >= 0) & (rows < height)
        way = rows[inside], columns[inside]
        if near[way].mean() > _LEAST_SHARE:
            on_line[way] = True
