"""A sheet with something written on it, and what a camera makes of it."""

import dataclasses
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from experiments.photographs.pens import Floats, written


@dataclasses.dataclass
class Sheet:
    """A sheet of paper, as large as the picture of it."""

    rng: np.random.Generator
    ink: Floats  #: (height, width), 0.0-1.0
    box: tuple[int, int, int, int]  #: top, left, bottom, right of what is written
    marks: Floats  #: what else is dark on it: (height, width), as a share of the ink's darkness
    light: Floats  #: (height, width), 0.0-1.0
    dark: bool = False  #: whether it is a blackboard

    @property
    def height(self) -> int:
        return self.ink.shape[0]

    @property
    def width(self) -> int:
        return self.ink.shape[1]

    @property
    def places(self) -> tuple[Floats, Floats]:
        """Rows and columns of all pixels."""
        rows, columns = np.mgrid[: self.height, : self.width].astype(np.float64)
        return rows, columns

    def mark(self, where: NDArray[np.float64], darkness: float) -> None:
        """Draws on the sheet; `where` is 1.0 inside of what is drawn."""
        self.marks = np.maximum(self.marks, np.clip(where, 0, 1) * darkness)


def sheet(
    rng: np.random.Generator, digits: list[NDArray[np.uint8]], sizes: tuple[int, int]
) -> Sheet:
    """Writes digits beside each other on a sheet of some size.

    Args:
      digits: images of MNIST; none for an empty sheet.
      sizes: least and greatest height of the picture.
    """
    low, high = sizes
    height = int(low * (high / low) ** rng.uniform())
    each = max(1, len(digits))
    width = int(height * rng.uniform(0.75, 1.5) * (1 + 0.5 * (each - 1)))
    empty = np.zeros((height, width))
    made = Sheet(rng, empty, (0, 0, 0, 0), empty.copy(), np.ones((height, width)))
    side = int(min(height, width / each) * rng.uniform(0.35, 0.95))
    top = int(rng.uniform(0, height - side))
    left = int(rng.uniform(0, width - side * each))
    for number, pixels in enumerate(digits):
        column = left + number * side
        made.ink[top : top + side, column : column + side] = written(rng, pixels, side)
    if digits:
        rows, columns = (np.flatnonzero((made.ink > 0.1).any(axis)) for axis in (1, 0))
        made.box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    made.dark = rng.uniform() < 0.15
    return made


def photographed(
    sheet: Sheet, *, grain: float = 0.0, blur: float = 0.0, turned: float = 0.0
) -> Image.Image:
    """Takes a picture of a sheet.

    Args:
      grain: standard deviation of the noise, of 255.
      blur: standard deviation, as a share of the height.
      turned: how far the camera is turned, in degrees.
    """
    rng = sheet.rng
    paper, ink = _colours(rng, sheet.dark)
    cover = np.maximum(sheet.ink, sheet.marks)[..., None]
    scene = (paper * (1 - cover) + ink * cover) * sheet.light[..., None]
    if blur:
        scene = ndimage.gaussian_filter(scene, (blur * sheet.height, blur * sheet.height, 0))
    if turned:
        scene = ndimage.rotate(scene, turned, reshape=False, order=1, mode="nearest")
    scene = scene + rng.normal(0, grain or rng.uniform(0, 3), scene.shape[:2])[..., None]
    picture = Image.fromarray(np.clip(scene.round(), 0, 255).astype(np.uint8))
    return picture.convert("L") if rng.uniform() < 0.3 else picture


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """What is left of a picture after it was saved as JPEG."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


def _colours(rng: np.random.Generator, dark: bool) -> tuple[Floats, Floats]:
    """Colours of paper and ink, each float64 `(3,)`."""
    paper = rng.uniform(190, 250) + rng.uniform(-12, 12, 3)
    ink = rng.uniform(15, 90) + rng.uniform(-15, 15, 3)
    if rng.uniform() < 0.25:
        ink[rng.choice([0, 2])] += rng.uniform(40, 120)  # a red or blue pen
    return (ink * 0.6, paper) if dark else (paper, ink)
