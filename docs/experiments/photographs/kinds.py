"""The kinds of pictures: what is in them beside a digit, or in its place.

Each function changes a sheet with a digit, and may return what the camera does. The docstring of a
kind is its name in the table.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from experiments.photographs import pens
from experiments.photographs.sheets import Sheet, as_jpeg, photographed, sheet

Pixels = NDArray[np.uint8]


def clean(page: Sheet) -> None:
    """clean paper"""


def shadow(page: Sheet) -> None:
    """the edge of a shadow, down to 40 % of the light"""
    rng = page.rng
    distance = _from_line(page, rng.uniform(0, 2 * np.pi), *_somewhere(page))
    bend = rng.uniform(-0.3, 0.3) * (page.places[0] / page.height) ** 2 * page.height
    soft = rng.uniform(0.001, 0.06) * page.height
    page.light *= 1 - rng.uniform(0.3, 0.6) * np.clip((distance + bend) / soft + 0.5, 0, 1)


def vignette(page: Sheet) -> None:
    """dark corners, down to 40 % of the light"""
    rows, columns = page.places
    y, x = rows / page.height - 0.5, columns / page.width - 0.5
    far = (y**2 + x**2) / 0.5
    page.light *= 1 - page.rng.uniform(0.3, 0.6) * far ** page.rng.uniform(0.8, 2)


def ruled(page: Sheet) -> None:
    """ruled paper"""
    _rule(page, page.rng.uniform(-0.03, 0.03), *_ruling(page))


def squared(page: Sheet) -> None:
    """squared paper"""
    ruling, slant = _ruling(page), page.rng.uniform(-0.03, 0.03)
    _rule(page, slant, *ruling)
    _rule(page, slant + np.pi / 2, *ruling)


def frame(page: Sheet) -> None:
    """a frame around the digit"""
    top, left, bottom, right = page.box
    rng, pen = page.rng, page.rng.uniform(0.004, 0.02) * page.height
    rows, columns = page.places
    gap = pen + rng.uniform(0.02, 0.1, 4) * page.height
    far = np.maximum.reduce(
        [
            top - gap[0] - rows,
            rows - bottom - gap[1],
            left - gap[2] - columns,
            columns - right - gap[3],
        ]
    )
    page.mark(pen / 2 + 0.5 - np.abs(far), rng.uniform(0.4, 1))


def table(page: Sheet) -> None:
    """the rules of a table"""
    top, left, bottom, right = page.box
    rng, pen = page.rng, page.rng.uniform(0.004, 0.012) * page.height
    gaps = pen + rng.uniform(0.02, 0.08, 4) * page.height
    lines = [(0, top - gaps[0]), (0, bottom + gaps[1]), (1, left - gaps[2]), (1, right + gaps[3])]
    dark = rng.uniform(0.4, 1)
    for axis, place in rng.permutation(lines)[: rng.integers(1, 5)]:
        page.mark(pen / 2 + 0.5 - np.abs(page.places[int(axis)] - place), dark)


def axes(page: Sheet) -> None:
    """axes of a diagram beside the digit"""
    top, left, bottom, right = page.box
    rng, pen = page.rng, page.rng.uniform(0.004, 0.015) * page.height
    gap = pen + rng.uniform(0.02, 0.08) * page.height
    row = bottom + gap if rng.uniform() < 0.7 else top - gap
    column = left - gap if rng.uniform() < 0.7 else right + gap
    rows, columns = page.places
    out = rng.uniform(0, 0.1) * page.height
    inside = (rows > out) & (rows < page.height - out) & (columns > out)
    lines = np.minimum(np.abs(rows - row), np.abs(columns - column))
    page.mark((pen / 2 + 0.5 - lines) * inside, rng.uniform(0.4, 1))


def dust(page: Sheet) -> None:
    """dust on 0.5 % of the paper"""
    rng = page.rng
    size = max(1.0, rng.uniform(0.001, 0.004) * page.height)
    grains = 0.005 * page.height * page.width / size**2
    where = rng.uniform(size=page.ink.shape) < grains / page.ink.size
    page.mark(ndimage.maximum_filter(where.astype(float), round(size)), rng.uniform(0.4, 1))


def grain(page: Sheet) -> dict[str, Any]:
    """grain of a standard deviation of 25"""
    return {"grain": page.rng.uniform(15, 25)}


def scanner(page: Sheet) -> None:
    """dark edges of a scanner"""
    rng = page.rng
    for side in rng.permutation(4)[: rng.integers(1, 3)]:
        room = _room(page)[side]
        distance = _inwards(page)[side] + rng.uniform(-0.02, 0.02) * page.places[side % 2]
        width = min(room * 0.6, rng.uniform(0.01, 0.1) * page.height)
        page.mark(width - distance, rng.uniform(0.6, 1))


def thumb(page: Sheet) -> None:
    """a thumb at the edge"""
    rng = page.rng
    side = int(np.argmax(_room(page)))
    room, inwards = _room(page)[side], _inwards(page)[side]
    along = page.places[1 - side % 2]
    thick = rng.uniform(0.06, 0.15) * page.height
    middle = rng.uniform(0.1, 0.9) * along.max()
    tip = max(room * rng.uniform(0.4, 0.85), 2)
    round_off = thick - thick * np.sqrt(np.clip(1 - ((along - middle) / thick) ** 2, 0, 1))
    inside = np.clip(tip - round_off - inwards + 0.5, 0, 1) * (np.abs(along - middle) < thick)
    page.mark(inside, rng.uniform(0.3, 0.7))


def blurred(page: Sheet) -> dict[str, Any]:
    """out of focus"""
    size = (page.box[2] - page.box[0]) / page.height
    return {"blur": page.rng.uniform(0.005, 0.03) * size}


def turned(page: Sheet) -> dict[str, Any]:
    """turned by up to 10 degrees"""
    return {"turned": page.rng.uniform(-10, 10)}


def jpeg(page: Sheet) -> dict[str, Any]:
    """JPEG of quality 40"""
    return {"quality": 40}


def lifted(page: Sheet) -> None:
    """strokes that do not touch"""
    top, left, bottom, right = page.box
    digit = page.ink[top:bottom, left:right]
    page.ink[top:bottom, left:right] = pens.cut(page.rng, digit)


def together(page: Sheet) -> dict[str, Any]:
    """a shadow, ruled paper, grain, a tilt and JPEG at once"""
    shadow(page)
    ruled(page)
    return {"grain": 10, "turned": page.rng.uniform(-5, 5), "quality": 60}


Change = Callable[[Sheet], Any]

#: With one digit, which must be read.
READ: tuple[Change, ...] = (
    clean, shadow, vignette, ruled, squared, frame, table, axes, dust, grain, scanner, thumb,
    blurred, turned, jpeg, lifted, together,
)  # fmt: skip
#: Empty sheets, which must be refused: with all that does not need a digit.
EMPTY: tuple[Change, ...] = (
    clean, shadow, vignette, ruled, squared, dust, grain, jpeg, scanner, thumb, together,
)  # fmt: skip


def picture(
    change: Change, digits: list[Pixels], seed: list[int], sizes: tuple[int, int] = (200, 1000)
) -> Image.Image:
    """Takes a picture of digits beside each other.

    Args:
      change: one of the kinds.
      digits: images of MNIST; none for an empty sheet.
      seed: of all that is random.
      sizes: least and greatest height of the picture.
    """
    page = sheet(np.random.default_rng(seed), digits, sizes)
    if not digits:
        page.box = _middle(page)
    camera = change(page) or {}
    quality = camera.pop("quality", None)
    taken = photographed(page, **camera)
    return as_jpeg(taken, quality) if quality else taken


def noise(seed: list[int]) -> Image.Image:
    """A picture of nothing but noise: of pixels, of spots of some size, or a few grey levels."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(200, 600, 2)
    values = rng.normal(size=(height, width))
    if rng.uniform() < 0.6:
        values = ndimage.gaussian_filter(values, rng.uniform(0.5, 0.06 * height))
    values = 128 + rng.uniform(20, 90) * values / values.std()
    if rng.uniform() < 0.3:
        values = np.where(values > np.quantile(values, rng.uniform(0.02, 0.98)), 255, 0)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _middle(page: Sheet) -> tuple[int, int, int, int]:
    return page.height // 4, page.width // 4, 3 * page.height // 4, 3 * page.width // 4


def _somewhere(page: Sheet) -> tuple[float, float]:
    """A point near the middle."""
    return page.height * page.rng.uniform(0.3, 0.7), page.width * page.rng.uniform(0.3, 0.7)


def _from_line(page: Sheet, angle: float, row: float, column: float) -> pens.Floats:
    """How far each pixel is from a line through a point, with a sign; at angle 0 it is level."""
    rows, columns = page.places
    distance: pens.Floats = (rows - row) * np.cos(angle) - (columns - column) * np.sin(angle)
    return distance


def _ruling(page: Sheet) -> tuple[float, float, float]:
    """Distance, thickness and darkness of the lines on a paper."""
    rng, height = page.rng, page.height
    thick = max(1.0, rng.uniform(0.003, 0.0067) * height)
    return rng.uniform(0.05, 0.15) * height, thick, rng.uniform(0.2, 0.6)


def _rule(page: Sheet, angle: float, every: float, thick: float, darkness: float) -> None:
    distance = _from_line(page, angle, 0, 0) + page.rng.uniform(0, every)
    nearest = np.abs((distance + every / 2) % every - every / 2)
    page.mark(thick / 2 + 0.5 - nearest, darkness)


def _room(page: Sheet) -> list[float]:
    """How far what is written is from the upper, left, lower and right edge."""
    top, left, bottom, right = page.box
    return [top, left, page.height - bottom, page.width - right]


def _inwards(page: Sheet) -> list[pens.Floats]:
    """How far each pixel is from the upper, left, lower and right edge."""
    rows, columns = page.places
    return [rows, columns, page.height - 1 - rows, page.width - 1 - columns]
