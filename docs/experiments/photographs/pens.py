"""Digits of MNIST, written large with a pen."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Floats = NDArray[np.float64]

#: MNIST's digits are in a box of 20 of the 28 pixels; this much of an image is theirs.
BOX = 20 / 28


def written(rng: np.random.Generator, pixels: NDArray[np.uint8], side: int) -> Floats:
    """Writes a digit with some pen.

    Args:
      pixels: uint8 `(28, 28)`, an image of MNIST.
      side: height and width of the result; the digit fills `BOX` of it.

    Returns:
      The ink on each pixel: float64 `(side, side)` in 0.0-1.0.
    """
    smooth = np.asarray(
        Image.fromarray(pixels.astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC)
    )
    soft = np.clip(smooth / 255.0, 0, 1).astype(np.float64)
    pen = rng.choice(
        ["as it is", "fibre", "thin", "thick", "pencil"], p=[0.35, 0.3, 0.1, 0.1, 0.15]
    )
    if pen == "as it is":
        return soft
    level = {"thin": 0.7, "thick": 0.25}.get(pen, 0.5)
    edge = rng.uniform(0.05, 0.2)
    ink = np.clip((soft - level) / edge + 0.5, 0, 1)
    return ink * _grains(rng, side) if pen == "pencil" else ink


def cut(rng: np.random.Generator, ink: Floats) -> Floats:
    """Lifts the pen: takes the ink from a straight gap through the digit, which fills the array."""
    height, width = ink.shape
    rows, columns = np.mgrid[:height, :width] / max(ink.shape) * BOX
    rows, columns = rows - rows.mean(), columns - columns.mean()
    angle, place = rng.uniform(0, np.pi), rng.uniform(-0.15, 0.15)
    distance = np.abs(rows * np.cos(angle) + columns * np.sin(angle) - place)
    return ink * (distance > rng.uniform(0.01, 0.03))


def _grains(rng: np.random.Generator, side: int) -> Floats:
    """The paper's grain under a pencil: how much each pixel takes, 0.4-1.0."""
    noise = ndimage.gaussian_filter(rng.normal(size=(side, side)), max(0.6, side / 300))
    return np.clip(0.85 + 0.12 * noise / noise.std(), 0.4, 1)
