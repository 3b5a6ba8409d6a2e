"""Makes an image like MNIST's of one digit: its size, its place and the width of its strokes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from legacy_cnn.pictures.grouping import Group
from legacy_cnn.pictures.parts import thickness

Floats = NDArray[np.float32]

#: MNIST's digits were scaled to fit a box of 20 x 20 pixels, keeping their proportions, and
#: placed with their centre of mass in the middle of 28 x 28. Source: the MNIST page.
BOX, SIDE = 20, 28
#: Nearly all strokes of MNIST's are between so many of the 28 pixels wide.
THINNEST, THICKEST = 1.6, 4.2
#: A digit goes to where its ink is this dark.
_EDGE = 0.3
_SHARPER = 2.5


def like_mnist(group: Group, ink: Floats) -> Floats:
    """Returns a digit as float32 `(784,)` in 0.0 (paper) to 1.0 (ink)."""
    return _centred(_scaled(_cut_out(group, ink))).reshape(-1)


def _cut_out(group: Group, ink: Floats) -> Floats:
    """Returns the ink of a digit alone, 0.0-1.0, with strokes as wide as MNIST's."""
    margin = 2 + round(group.length * THINNEST / BOX)
    mask = np.pad(group.mask, margin)
    rows, columns = (slice(each.start, each.stop + 2 * margin) for each in group.box)
    own = np.pad(ink, margin)[rows, columns]
    width = thickness(mask) * BOX / group.length
    if not THINNEST <= width <= THICKEST:
        more = (np.clip(width, THINNEST, THICKEST) - width) / 2 * group.length / BOX
        outside = ndimage.distance_transform_edt(~mask) - ndimage.distance_transform_edt(mask)
        own = np.clip(more - outside + 0.5, 0, 1).astype(np.float32)
    else:
        dark = np.quantile(own[mask], 0.8)
        near = ndimage.binary_dilation(mask, np.ones((3, 3)), 1 + group.length // 40)
        own = np.clip(own / dark, 0, 1) * near
        if group.length > 2 * BOX:  # out of focus, strokes would be thicker than they are
            own = np.clip(_SHARPER * (own - 0.5) + 0.5, 0, 1)
    filled = own > _EDGE
    rows_with, columns_with = (np.flatnonzero(filled.any(axis)) for axis in (1, 0))
    return own[rows_with[0] : rows_with[-1] + 1, columns_with[0] : columns_with[-1] + 1]


def _scaled(digit: Floats) -> Floats:
    """Scales a digit to fit the box: float32, its longer side `BOX`."""
    height, width = digit.shape
    factor = BOX / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    resampling = Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(digit).resize(size, resampling))
    return scaled / scaled.max()


def _centred(digit: Floats) -> Floats:
    """Places a digit with its centre of mass in the middle: float32 `(28, 28)`."""
    canvas = np.zeros((SIDE, SIDE), np.float32)
    corner = []
    for axis, length in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        centre = (mass * np.arange(length)).sum() / mass.sum()
        corner.append(int(np.clip(round((SIDE - 1) / 2 - centre), 0, SIDE - length)))
    top, left = corner
    canvas[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return canvas
