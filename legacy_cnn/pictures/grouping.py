"""Which parts of a picture are digits: what lies together is one, what is no digit is left out."""

from itertools import combinations, count
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from legacy_cnn.pictures.parts import Mask, Part

#: Parts are one digit if they are nearer than this, as a share of the higher one's height...
_NEAR = 0.1
#: ... or than this, if one lies above the other or is less high than the digit.
_NEAR_PIECE, _LESS_HIGH = 0.25, 0.7
#: Beside each other, parts as high as this share of both together are two digits...
_AS_HIGH = 0.75
#: ... if both are at least so wide, as a share of their height, or go through one another no more.
_AS_WIDE, _OVERLAP = 0.85, 0.15
#: What has less of an outline than this is no ink, but left of a shadow.
_LEAST_OUTLINED = 0.7
#: It is darker than what is around it by this share of its darkness.
_LEAST_DIFFERENCE = 0.25
#: A frame and what is in it fill this share of the box around both; of it, the frame fills less.
_FRAME = 0.85
#: What is fainter than this may be left of a soft shadow, unless all of its outline is an edge.
_LEAST_DARKNESS, _FULLY_OUTLINED = 0.1, 0.97
#: Ink that is fainter than this share of the main part's is a stain, or a line.
_FAINTEST = 0.3
#: A digit that runs to the edge fills at least this share of the picture's shorter side.
_LEAST_SHARE = 0.4
#: ... and is darker than this, as the wedge between two shadows is not.
_DARK = 0.35
#: A digit is at least this long, as a share of the longest, and has at least so much of its ink.
_LEAST_LENGTH, _LEAST_AREA = 0.4, 0.1


class Sorted(NamedTuple):
    """The parts of a picture, sorted by what they are."""

    written: list[Part]  #: what could be a piece of a digit
    groups: list["Group"]  #: the parts of each digit, from left to right


def sort_parts(parts: list[Part]) -> Sorted:
    """Leaves out lines, frames and what touches the edge; puts the parts of each digit together."""
    real = list(filter(_is_ink, parts))
    main = max(real, key=lambda part: part.area * part.darkness, default=None)
    real = [part for part in real if main and part.darkness > _FAINTEST * main.darkness]
    inner = [part for part in real if not part.on_edge]
    written = [part for part in inner if not any(_is_around(part, other) for other in inner)]
    if not written:
        written = [part for part in real if _is_cut_off(part)]
    groups = _grouped(written)
    most = max((group.area for group in groups), default=0)
    longest = max((group.length for group in groups), default=0)
    digits = [
        group
        for group in groups
        if group.area >= _LEAST_AREA * most and group.length >= _LEAST_LENGTH * longest
    ]
    return Sorted(written, digits)


def _is_around(part: Part, other: Part) -> bool:
    """Whether a part is a frame around another, an axis or a rule beside it."""
    if part is other or other.length < 0.15 * part.length:
        return False
    if other.length < 2 * part.thickness or other.thickness < 0.4 * part.thickness:
        return False
    if _encloses(part, other):
        return True
    longer = part.length > 1.15 * other.length and part.thickness < 1.3 * other.thickness
    thinner = part.thickness < 0.65 * other.thickness
    return (longer or thinner or _reaches_beyond(part, other)) and _is_rectangular(part)


def _reaches_beyond(part: Part, other: Part) -> bool:
    """Whether a part goes further than another on both sides, as a rule or a frame's side does."""
    far = part.thickness
    return any(
        a.start < b.start - far and a.stop > b.stop + far
        for a, b in zip(part.box, other.box, strict=True)
    )


def _encloses(part: Part, other: Part) -> bool:
    if any(a.start > b.start or a.stop < b.stop for a, b in zip(part.box, other.box, strict=True)):
        return False
    middle = [(each.start + each.stop) // 2 for each in other.box]
    row, column = (at - each.start for at, each in zip(middle, part.box, strict=True))
    outside, _ = ndimage.label(np.pad(~part.mask, 1, constant_values=True))
    return bool(not part.mask[row, column] and outside[row + 1, column + 1] != outside[0, 0])


def _is_rectangular(part: Part) -> bool:
    """Whether a part has level and upright straight strokes alone."""
    size = int(6 * part.thickness) + 1
    if part.length < 2 * size:
        return False
    level = ndimage.binary_opening(part.mask, np.ones((1, size)))
    upright = ndimage.binary_opening(part.mask, np.ones((size, 1)))
    return bool(np.count_nonzero(level | upright) > 0.85 * part.area)


def _is_cut_off(part: Part) -> bool:
    """Whether a part that runs to the edge of the picture could still be a digit.

    What comes in from outside has a long edge, or is a thin line or a broad spot.
    """
    slender = 0.04 < part.thickness / part.length < 0.35
    dark = part.darkness > _DARK
    return dark and slender and part.share > _LEAST_SHARE and 0 < part.on_edge < 4 * part.thickness


def _is_ink(part: Part) -> bool:
    """Whether a part was written: not left of a shadow, nor the paper inside of a light digit."""
    stands_out = part.stands_out > _LEAST_DIFFERENCE * part.darkness
    sure = part.darkness > _LEAST_DARKNESS or part.outlined > _FULLY_OUTLINED
    outlined = part.outlined > _LEAST_OUTLINED and sure
    return outlined and stands_out and not is_blot(part) and not _is_frame(part)


def _is_frame(part: Part) -> bool:
    """Whether a part is level and upright lines around something, as a frame is, or a grid."""
    filled = ndimage.binary_fill_holes(part.mask)
    full = np.count_nonzero(filled) > _FRAME * part.mask.size
    open_inside = part.area < _FRAME * np.count_nonzero(filled)
    return bool(full and open_inside and _is_rectangular(part))


def is_blot(part: Part) -> bool:
    """Whether a part is nearly half as thick as long, as no stroke is."""
    return part.thickness > 0.45 * part.length


class Group(NamedTuple):
    """The parts of one digit."""

    parts: list[Part]

    @property
    def box(self) -> tuple[slice, slice]:
        rows, columns = (
            slice(
                min(part.box[axis].start for part in self.parts),
                max(part.box[axis].stop for part in self.parts),
            )
            for axis in (0, 1)
        )
        return rows, columns

    @property
    def mask(self) -> Mask:
        rows, columns = self.box
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), bool)
        for part in self.parts:
            place = tuple(
                slice(each.start - base.start, each.stop - base.start)
                for each, base in zip(part.box, (rows, columns), strict=True)
            )
            mask[place] |= part.mask
        return mask

    @property
    def area(self) -> int:
        return sum(part.area for part in self.parts)

    @property
    def height(self) -> int:
        return self.box[0].stop - self.box[0].start

    @property
    def width(self) -> int:
        return self.box[1].stop - self.box[1].start

    @property
    def length(self) -> int:
        return max(self.height, self.width)


def _grouped(parts: list[Part]) -> list[Group]:
    """Puts the parts of each digit together, the nearest first; from left to right."""
    groups = {number: Group([part]) for number, part in enumerate(parts)}
    gaps = {pair: _belonging(*(groups[each] for each in pair)) for pair in combinations(groups, 2)}
    numbers = count(len(parts))
    while near := {pair: gap for pair, gap in gaps.items() if gap is not None}:
        pair = min(near, key=lambda each: near[each])
        new = Group([part for each in pair for part in groups.pop(each).parts])
        number = next(numbers)
        gaps = {other: gap for other, gap in near.items() if not set(pair) & set(other)}
        gaps |= {(each, number): _belonging(group, new) for each, group in groups.items()}
        groups[number] = new
    return sorted(groups.values(), key=lambda group: group.box[1].start)


def _belonging(a: Group, b: Group) -> float | None:
    """Returns the distance of two groups that are pieces of one digit; None of others."""
    both = Group(a.parts + b.parts)
    highest = max(a.length, b.length)
    gap = _gap(a, b, limit=_NEAR_PIECE * highest)
    smaller = min(a.height, b.height) / both.height
    overlap = min(a.box[1].stop, b.box[1].stop) - max(a.box[1].start, b.box[1].start)
    wide = both.width > _AS_WIDE * both.height
    if smaller > _AS_HIGH and wide and overlap < _OVERLAP * min(a.width, b.width):
        return None
    if gap <= _NEAR * (both.length if overlap > 0 else highest):
        return gap
    near = gap <= _NEAR_PIECE * highest
    return gap if near and smaller < _LESS_HIGH and both.length < 1.5 * highest else None


def _gap(a: Group, b: Group, limit: float) -> float:
    """Returns the distance of two groups in pixels; infinity if above the limit."""
    for one, other in zip(a.box, b.box, strict=True):
        if max(one.start, other.start) - min(one.stop, other.stop) > limit:
            return float("inf")
    both = Group(a.parts + b.parts)
    far = ndimage.distance_transform_edt(~_within(a, both))
    return float(far[_within(b, both)].min())


def _within(group: Group, larger: Group) -> Mask:
    rows, columns = larger.box
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), bool)
    own = group.box
    place = tuple(
        slice(each.start - base.start, each.stop - base.start)
        for each, base in zip(own, larger.box, strict=True)
    )
    mask[place] = group.mask
    return mask
