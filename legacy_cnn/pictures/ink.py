"""Finds the ink in a picture: how much darker, or lighter, each pixel is than the paper there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]

#: Strokes are narrower than this share of the picture's shorter side. What is wider is paper of
#: another colour, or in another light: a shadow, a thumb, a table under the sheet.
_WIDEST_STROKE = 0.3
#: What is narrower than this share is no paper between strokes: grains, or lines.
_THINNEST = 0.015
#: A picture is smoothed until its grain is this share of its lightness.
_LEFT_GRAIN = 0.02
#: Light, of 255, that counts as no darker: what is nearly black is mostly noise.
_DARKEST_LIGHT = 48
#: What is left of the grain, of 255, at least: pictures are made of whole numbers.
_LEAST_GRAIN = 0.3
#: The lightness of light ink is looked for so near, as a share of the picture's shorter side.
_NEAR_INK = 0.15
#: Side of the picture in which the ink's colour is looked for; less is faster.
_SMALL_SIDE = 96


class Ink(NamedTuple):
    """The ink in a picture; arrays are float32 `(height, width)`."""

    grey: Floats  #: the picture, 0-255, in which the ink is dark
    dark: Floats  #: 0.0 where the paper is, towards 1.0 where the ink is
    light: Floats  #: what a difference in `grey` is divided by, so that shadows do not change it
    grain: Floats  #: standard deviation of the noise in `dark`


def find_ink(picture: Floats, *, light_ink: bool = False) -> Ink:
    """Compares each pixel of a picture with the paper around it.

    Light falls on paper and ink alike: what it does not change is the difference of both as a share
    of the lighter one, which is the paper, or ink that is lighter.

    Args:
      picture: `(height, width)` in 0-255.
      light_ink: whether the ink is lighter than the paper.
    """
    smooth = _smoothed(picture)
    grey = 255 - smooth if light_ink else smooth
    paper = _paper(grey)
    light = np.maximum(_local_maximum(smooth) if light_ink else paper, np.float32(_DARKEST_LIGHT))
    # Grain lies below the paper that a closing finds, which is as light as the lightest grains.
    below = paper - grey
    low, middle = np.quantile(below, [0.25, 0.5]).astype(np.float32)
    grain = np.maximum((middle - low) / np.float32(0.6745), np.float32(_LEAST_GRAIN))
    return Ink(grey, np.clip((below - middle) / light, 0, 1), light, grain / light)


def best_grey(colours: Floats) -> tuple[Floats, bool]:
    """Returns the grey, red, green or blue picture in which ink is best seen.

    Args:
      colours: `(height, width, 3)` in 0-255.

    Returns:
      The picture, `(height, width)` in 0-255, and whether its ink is probably light.
    """
    every = [colours @ np.array([0.299, 0.587, 0.114], np.float32), *np.moveaxis(colours, -1, 0)]
    step = max(1, max(colours.shape) // _SMALL_SIDE)
    differences = [
        _from_the_mean(ndimage.uniform_filter(one, step)[::step, ::step]) for one in every
    ]
    # Colour is noisier than grey: it must be much better.
    strengths = [np.abs(one).mean() * (1 if at else 1.3) for at, one in enumerate(differences)]
    best = int(np.argmax(strengths))
    return every[best], bool(differences[best].sum() > 0)


def _from_the_mean(small: Floats) -> Floats:
    """Returns the cube of each pixel's difference from the mean around it: strokes count most."""
    window = max(3, min(small.shape) * 2 // 3)
    difference: Floats = (small - ndimage.uniform_filter(small, window, mode="nearest")) / 255
    return difference**3


def _grain(grey: Floats) -> float:
    """Estimates the standard deviation of the noise. Source: Immerkaer, 1996, with the median."""
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return float(np.median(np.abs(ndimage.convolve(grey, mask)))) / 0.6745 / 6


def _smoothed(grey: Floats) -> Floats:
    """Takes the grain out of a picture, no more than needed."""
    sigma = _grain(grey) / max(float(np.median(grey)), 1) / _LEFT_GRAIN / (2 * np.sqrt(np.pi))
    return ndimage.gaussian_filter(grey, min(sigma, 3)) if sigma > 0.3 else grey


def _paper(grey: Floats) -> Floats:
    """Returns the paper behind the ink: what is dark and narrow is filled from around it.

    A closing keeps the edge of a shadow where it is, which an average or a median would spread.
    Before, what is light and very narrow is taken out: grains, and light lines on dark paper.
    """
    small, size = (max(3, round(share * min(grey.shape))) for share in (_THINNEST, _WIDEST_STROKE))
    opened = ndimage.grey_opening(grey, (small, small), mode="nearest")
    closed: Floats = ndimage.grey_closing(opened, (size, size), mode="nearest")
    return closed


def _local_maximum(grey: Floats) -> Floats:
    size = max(3, round(_NEAR_INK * min(grey.shape)))
    return ndimage.maximum_filter(grey, size, mode="nearest")
