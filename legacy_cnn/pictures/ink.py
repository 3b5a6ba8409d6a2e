"""Finds the ink in a picture: how much darker, or lighter, each pixel is than the paper there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]

#: Strokes are narrower than this share of the picture's shorter side. What is wider is paper of
#: another colour, or in another light: a shadow, a thumb, a table under the sheet.
_WIDEST_STROKE = 0.3
#: A picture is smoothed until its grain is this share of the paper's lightness.
_LEFT_GRAIN = 0.02
#: Paper, of 255, that counts as no darker: what is nearly black is mostly noise.
_DARKEST_PAPER = 48
#: Side of a pixel's surroundings, as a share of the picture's shorter side.
_SURROUNDINGS = 0.035
#: Side of the picture in which the ink's colour is looked for; less is faster.
_SMALL_SIDE = 96


class Ink(NamedTuple):
    """The ink in a picture; arrays are float32 `(height, width)`."""

    grey: Floats  #: the picture, 0-255, in which the ink is dark
    dark: Floats  #: 0.0 where the paper is, 1.0 where it is black
    steps: Floats  #: how much `dark` changes in the surroundings of each pixel
    grain: float  #: standard deviation of the noise in `dark`


def find_ink(grey: Floats) -> Ink:
    """Compares each pixel of a picture with the paper around it; the ink is darker."""
    smooth = _smoothed(grey)
    paper = _paper(smooth)
    light = np.maximum(paper, _DARKEST_PAPER)
    dark = (paper - smooth) / light
    # Grain lies below the paper that a closing finds, which is as light as the lightest grains.
    low, middle = np.quantile(dark, [0.25, 0.5])
    size = max(5, round(_SURROUNDINGS * min(grey.shape)))
    steps = (ndimage.maximum_filter(smooth, size) - ndimage.minimum_filter(smooth, size)) / light
    grain = float(middle - low) / 0.6745
    return Ink(grey, np.clip((dark - middle) / max(1 - middle, 0.01), 0, 1), steps, grain)


def greys(colours: Floats) -> tuple[Floats, Floats]:
    """Returns the grey, red, green or blue picture in which ink is best seen, and its negative.

    Args:
      colours: `(height, width, 3)` in 0-255.

    Returns:
      Two pictures `(height, width)` in 0-255; in the first, the ink is probably darker than the
      paper.
    """
    every = [colours @ np.array([0.299, 0.587, 0.114], np.float32), *np.moveaxis(colours, -1, 0)]
    step = max(1, max(colours.shape) // _SMALL_SIDE)
    differences = [
        _from_the_mean(ndimage.uniform_filter(one, step)[::step, ::step]) for one in every
    ]
    # Colour is noisier than grey: it must be much better.
    strengths = [np.abs(one).mean() * (1 if at else 1.3) for at, one in enumerate(differences)]
    best = int(np.argmax(strengths))
    both = every[best], 255 - every[best]
    return both if differences[best].sum() <= 0 else both[::-1]


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
    """
    size = max(3, round(_WIDEST_STROKE * min(grey.shape)))
    closed: Floats = ndimage.grey_closing(grey, (size, size), mode="nearest")
    return closed
