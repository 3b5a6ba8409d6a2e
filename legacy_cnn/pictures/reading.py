"""Reads the digits in a picture, step by step."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import ImageError
from legacy_cnn.files import AnyPath
from legacy_cnn.pictures.digit import like_mnist
from legacy_cnn.pictures.grouping import Group, is_blot, sort_parts
from legacy_cnn.pictures.ink import Ink, best_grey, find_ink
from legacy_cnn.pictures.lines import without_lines
from legacy_cnn.pictures.opening import open_picture
from legacy_cnn.pictures.parts import Part, find_parts
from legacy_cnn.pictures.sheet import cut_to_sheet

Floats = NDArray[np.float32]

#: More digits than this are noise, or a text.
_MOST_DIGITS = 30
#: A digit of more parts than this is noise.
_MOST_PARTS = 8
#: A digit is at least this long, as a share of the picture's shorter side; less is dust.
_SHORTEST = 0.06
#: Of what looks written, so much must be of digits: area.
_LEAST_SHARE = 0.5
#: What is no digit, but at least so long and large, and dark, as a share of the smallest, is no
#: dust...
_COMPARABLE, _AS_DARK = 0.2, 0.5
#: ... and there is not more of it: a frame, the edges of a shadow, a thumb.
_MOST_OTHERS = 3
#: What is so dark, and so thick, as a share of the digits, with so much of an outline, is of the
#: same ink.
_SAME_DARKNESS, _SAME_THICKNESS, _SAME_OUTLINE = 0.8, 0.5, 0.7
#: A picture's shorter side is at least this share of its longer one; of A4, it is 0.71.
_NARROWEST = 0.7
#: A digit as long as this share of the picture's shorter side is no hole of another one.
_SURE = 0.3


@dataclasses.dataclass(frozen=True)
class Reading:
    """What was seen in a picture, step by step; pictures are float32 `(height, width)`."""

    path: AnyPath
    ink: Ink  #: the picture in grey, and where its ink is
    strokes: Floats  #: the ink without straight lines
    parts: list[Part]  #: what is connected of the strokes
    written: list[Part]  #: those that could be pieces of digits
    groups: list[Group]  #: the parts of each digit, from left to right

    @property
    def share(self) -> float:
        """The length of the longest digit, as a share of the picture's shorter side."""
        return max((each.length for each in self.groups), default=0) / min(self.strokes.shape)

    def digits(self) -> list[Floats]:
        """Returns the digits from left to right, each float32 `(784,)`, like MNIST's.

        Raises:
          ImageError: there is none.
        """
        if seen := self._instead():
            raise ImageError(f"{self.path} shows no digit: {seen}.")
        return [like_mnist(group, self.strokes) for group in self.groups]

    def digit(self) -> Floats:
        """Returns the only digit, float32 `(784,)`, like MNIST's.

        Raises:
          ImageError: there is none, or more than one.
        """
        digits = self.digits()
        if len(digits) > 1:
            raise ImageError(
                f"{self.path} shows {len(digits)} digits, not one; with several, all are read, "
                "from left to right.",
                "several",
            )
        return digits[0]

    def _instead(self) -> str:
        """What the picture shows instead of digits; nothing if there are some."""
        if np.ptp(self.ink.grey) == 0:
            return "the whole picture has one colour"
        if not self.parts:
            return "the sheet is empty"
        if not self.groups or self.share < _SHORTEST:
            return "only lines, spots or shadows, or what touches the edge"
        most = max(len(group.parts) for group in self.groups)
        if len(self.groups) > _MOST_DIGITS or most > _MOST_PARTS or self._is_noise():
            return "only noise, or too much to be digits"
        return ""

    def _is_noise(self) -> bool:
        """Whether much is in the picture that is as large and dark as the digits, and is none."""
        written = sum(part.area for part in self.written)
        used = sum(group.area for group in self.groups)
        if used < _LEAST_SHARE * written or len(self._of_the_same_ink()) > self._most_of_it():
            return True
        smallest = min(group.area for group in self.groups) * _COMPARABLE
        shortest = min(group.length for group in self.groups) * _COMPARABLE
        faintest = self._faintest() * _AS_DARK
        comparable = [
            part
            for part in self._others()
            if part.area > smallest and part.length > shortest and part.darkness > faintest
        ]
        return len(comparable) > _MOST_OTHERS

    def _of_the_same_ink(self) -> list[Part]:
        """The parts that are no digits, and look as if what wrote the digits had made them."""
        strokes = min(max(part.thickness for part in group.parts) for group in self.groups)
        return [
            part
            for part in self._others()
            if part.darkness > _SAME_DARKNESS * self._faintest()
            and part.thickness > _SAME_THICKNESS * strokes
            and part.outlined > _SAME_OUTLINE
            and not self._is_along_a_side(part)
            and not is_blot(part)
        ]

    def _is_along_a_side(self, part: Part) -> bool:
        """Whether a part fills a side of the picture, as a scanner's edge or a table's does."""
        shape = self.strokes.shape
        return any(
            part.box[axis] == slice(0, shape[axis]) and part.on_edge >= shape[axis]
            for axis in (0, 1)
        )

    def _most_of_it(self) -> int:
        """How many of these may be beside digits: no more than digits; none if one is cut off."""
        return 0 if any(part.on_edge for part in self._used()) else len(self.groups)

    def _faintest(self) -> float:
        return min(part.darkness for part in self._used())

    def _used(self) -> list[Part]:
        return [part for group in self.groups for part in group.parts]

    def _others(self) -> list[Part]:
        used = self._used()
        return [part for part in self.parts if not any(part is each for each in used)]


def read(path: AnyPath) -> Reading:
    """Reads a picture of digits, of any size and colours, dark on light or light on dark.

    Args:
      path: a PNG or JPEG file.

    Raises:
      ImageError: the file is not a PNG or JPEG picture, is damaged or too large.
      OSError: the file cannot be read.
    """
    grey, light_ink = best_grey(_no_strip(cut_to_sheet(open_picture(path))))
    reading = _read(path, find_ink(grey, light_ink=light_ink))
    if reading.share < _SURE:  # perhaps these are the holes of a digit of light ink
        other = _read(path, find_ink(grey, light_ink=not light_ink))
        return max(reading, other, key=lambda each: each.share)
    return reading


def _no_strip(colours: Floats) -> Floats:
    """Widens a narrow picture: what is a stroke is told by the picture's shorter side."""
    height, width = colours.shape[:2]
    missing = round(_NARROWEST * max(height, width)) - np.array([height, width])
    margins = [(each // 2, each // 2) for each in np.maximum(missing, 0)]
    return np.pad(colours, [*margins, (0, 0)], mode="edge")


def _read(path: AnyPath, ink: Ink) -> Reading:
    strokes, lines = without_lines(ink.dark, ink.grain)
    parts = find_parts(strokes, lines, ink)
    return Reading(path, ink, strokes, parts, *sort_parts(parts))


def read_digit(path: AnyPath) -> Floats:
    """Reads a picture of one digit.

    Args:
      path: a PNG or JPEG file.

    Returns:
      float32 array `(784,)` in 0.0 (paper) to 1.0 (ink), centred like MNIST's digits.

    Raises:
      ImageError: the file is not a PNG or JPEG picture, is damaged or too large, or does not show
        one digit; the message says what was seen.
      OSError: the file cannot be read.
    """
    return read(path).digit()


def read_digits(path: AnyPath) -> list[Floats]:
    """Reads a picture of digits beside each other; as `read_digit`, from left to right."""
    return read(path).digits()
