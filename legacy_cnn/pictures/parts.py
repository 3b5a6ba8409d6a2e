"""Finds the connected parts of the ink, and which of them are a digit."""

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from legacy_cnn.pictures.ink import Ink
from legacy_cnn.pictures.lines import thickest

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[slice, slice]  #: rows and columns

#: Ink that is fainter than this is paper; at least, and as a multiple of the grain.
_FAINTEST, _GRAINS = 0.07, 5
#: A stroke is where the ink is darker than this share of its part's darkness.
_EDGE_OF_STROKE = 0.5
#: At an edge, the picture gets lighter by more than this share of the part's darkness...
_STEP = 0.6
#: ... within this share of the part's length.
_NEAR = 0.08
#: What is shorter is dust, as a share of the picture's shorter side.
_DUST = 0.04
#: What is on lines for more than this share of its area is left of them.
_ON_LINES = 0.7


@dataclasses.dataclass
class Part:
    """A connected piece of ink."""

    box: Box
    mask: Mask  #: of the box
    thickness: float  #: of its strokes, in pixels
    darkness: float  #: 0.0-1.0
    outlined: float  #: so much of its outline is an edge in the picture, 0.0-1.0
    stands_out: float  #: how much darker it is than most around it; see `darkness`
    on_edge: int  #: so many of its pixels are at the picture's edge
    share: float  #: its length, as a share of the picture's shorter side

    @property
    def touches_edge(self) -> bool:
        return self.on_edge > 0

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def height(self) -> int:
        return self.mask.shape[0]

    @property
    def width(self) -> int:
        return self.mask.shape[1]

    @property
    def length(self) -> int:
        return max(self.mask.shape)


def find_parts(strokes: Floats, lines: Mask, ink: Ink) -> list[Part]:
    """Finds all parts of the ink that are no dust, and not left of a line.

    Args:
      strokes: the ink without lines, float32 `(height, width)`, 0.0-1.0.
      lines: where lines were.
      ink: what was found in the picture.
    """
    labels, count = ndimage.label(
        strokes > np.maximum(_FAINTEST, _GRAINS * ink.grain), np.ones((3, 3))
    )
    if not count:
        return []
    # Each part has its own threshold: its darkness, but not that of a few pixels.
    darkness = _darkness(strokes, labels, count)
    labels, count = ndimage.label(strokes > _EDGE_OF_STROKE * darkness[labels], np.ones((3, 3)))
    dust = _DUST * min(strokes.shape)
    masks = ((box, labels[box] == at) for at, box in enumerate(ndimage.find_objects(labels), 1))
    parts = (_part(ink, box, mask) for box, mask in masks if max(mask.shape) >= dust)
    return [part for part in parts if not _is_left_of_line(part, lines)]


def _is_left_of_line(part: "Part", lines: Mask) -> bool:
    on_lines = np.mean(lines[part.box][part.mask]) > _ON_LINES
    return bool(on_lines) and part.thickness <= thickest(lines.shape)


def _darkness(ink: Floats, labels: NDArray[np.int32], count: int) -> Floats:
    """How dark each part is; the first, which is the paper, is darker than any ink."""
    order = np.argsort(ink, axis=None)
    sizes = np.bincount(labels.reshape(-1), minlength=count + 1)
    ordered = order[np.argsort(labels.reshape(-1)[order], kind="stable")]
    ends = np.cumsum(sizes)
    places = ends - 1 - sizes // 10  # the ninth decile
    darkness = ink.reshape(-1)[ordered[np.clip(places, 0, ink.size - 1)]]
    darkness[0] = 4
    return darkness


def _part(ink: Ink, box: Box, mask: Mask) -> Part:
    dark = float(np.quantile(ink.dark[box][mask], 0.75))
    thick = thickness(mask)
    share = max(mask.shape) / min(ink.dark.shape)
    return Part(
        box,
        mask,
        thick,
        dark,
        outlined=_outlined(ink, box, mask, thick, dark),
        stands_out=_stands_out(ink, box, mask),
        on_edge=_on_edge(ink.dark.shape, box, mask),
        share=share,
    )


def _outlined(ink: Ink, box: Box, mask: Mask, thick: float, dark: float) -> float:
    """How much of a part's outline has paper near it, on the other side.

    That of ink has it all around. Of what is left of a shadow, one side only is at the shadow's
    edge; and at no side of a dark corner is an edge.
    """
    far = max(2, _NEAR * max(mask.shape))
    around = _enlarged(box, int(far) + 1)
    grey, light = ink.grey[around], ink.light[around]
    inside = _placed(mask, box, around, grey.shape)
    core = ndimage.minimum_filter(np.where(inside, grey, 255), max(3, 2 * int(thick / 2) + 1))
    distance, nearest = ndimage.distance_transform_edt(~inside, return_indices=True)
    near = (distance > far - 1) & (distance <= far)
    if not near.any():
        return 0.0
    step = (grey[near] - core[tuple(nearest[:, near])]) / light[near]
    return float(np.mean(step > _STEP * dark))


def _stands_out(ink: Ink, box: Box, mask: Mask) -> float:
    """How much darker a part is than most of its surroundings, compared like `dark`."""
    around = _enlarged(box, max(mask.shape))
    most, own = np.median(ink.grey[around]), np.median(ink.grey[box][mask])
    return float(most - own) / float(np.median(ink.light[box][mask]))


def _enlarged(box: Box, margin: int) -> Box:
    rows, columns = (slice(max(0, each.start - margin), each.stop + margin) for each in box)
    return rows, columns


def _placed(mask: Mask, box: Box, around: Box, shape: tuple[int, ...]) -> Mask:
    """The mask of a box in a larger one."""
    placed = np.zeros(shape, bool)
    rows, columns = (
        slice(each.start - larger.start, each.stop - larger.start)
        for each, larger in zip(box, around, strict=True)
    )
    placed[rows, columns] = mask
    return placed


def _on_edge(shape: tuple[int, ...], box: Box, mask: Mask) -> int:
    edges = (
        (box[0].start == 0, mask[0]),
        (box[0].stop == shape[0], mask[-1]),
        (box[1].start == 0, mask[:, 0]),
        (box[1].stop == shape[1], mask[:, -1]),
    )
    return sum(int(np.count_nonzero(line)) for at_edge, line in edges if at_edge)


def thickness(mask: Mask) -> float:
    """Returns the thickness of the strokes of a part, in pixels."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))
    # In a stroke, pixels are a quarter of its thickness deep on average; its edges count half.
    return 4 * float(depth[depth > 0].mean()) - 2
