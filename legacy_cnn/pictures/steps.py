"""Draws what each step of reading a picture has made: what the network is given, and why."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from legacy_cnn import files
from legacy_cnn.pictures.digit import SIDE, like_mnist
from legacy_cnn.pictures.reading import Reading

#: Of each step, in pixels.
_CELL, _GAP, _CAPTION = 224, 8, 16
_CAPTIONS = ("picture", "ink", "without lines", "parts: digits are black", "given to the network")


def write_steps(path: files.AnyPath, readings: Sequence[Reading]) -> None:
    """Writes a PNG file with a row for each picture.

    Raises:
      OSError: the file cannot be written.
    """
    rows = [_row(reading) for reading in readings]
    width = max(len(row) for row in rows) * (_CELL + _GAP) + _GAP
    height = _CAPTION + len(rows) * (_CELL + _GAP) + _GAP
    sheet = Image.new("RGB", (width, height), "lightsteelblue")
    for column, caption in enumerate(_CAPTIONS):
        ImageDraw.Draw(sheet).text((_GAP + column * (_CELL + _GAP), 3), caption, "black")
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = _GAP + column * (_CELL + _GAP), _CAPTION + _GAP + line * (_CELL + _GAP)
            sheet.paste(cell, place)
    with files.replacing(path) as file:
        sheet.save(file, "PNG")


def _row(reading: Reading) -> list[Image.Image]:
    ink, strokes = (255 * (1 - each) for each in (reading.ink.dark, reading.strokes))
    steps = [reading.ink.grey, ink, strokes, _parts(reading)]
    digits = [like_mnist(group, reading.strokes) for group in reading.groups]
    given = [_enlarged(255 * digit.reshape(SIDE, SIDE)) for digit in digits]
    return [*map(_fitted, steps), *given]


def _parts(reading: Reading) -> NDArray[np.float32]:
    """The parts, those that are a digit's in black."""
    drawn = np.full(reading.strokes.shape, 255, np.float32)
    for part in reading.parts:
        drawn[part.box][part.mask] = 190
    for group in reading.groups:
        drawn[group.box][group.mask] = 0
    return drawn


def _fitted(pixels: NDArray[np.float32]) -> Image.Image:
    return _cell(Image.fromarray(pixels.astype(np.uint8)), Image.Resampling.BILINEAR)


def _enlarged(pixels: NDArray[np.float32]) -> Image.Image:
    return _cell(Image.fromarray(pixels.astype(np.uint8)), Image.Resampling.NEAREST)


def _cell(picture: Image.Image, resampling: Image.Resampling) -> Image.Image:
    factor = _CELL / max(picture.size)
    width, height = (max(1, round(side * factor)) for side in picture.size)
    return picture.resize((width, height), resampling)
