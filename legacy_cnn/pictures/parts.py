"""Finds the connected parts of the ink, and which of them are a digit."""

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from legacy_cnn.pictures.ink import Ink

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

#: Ink that is fainter than this is paper; at least, and as a multiple of the grain.
_FAINTEST, _GRAINS = 0.07, 5
#: A stroke is where the ink is darker than this share of its part's darkness.
_EDGE_OF_STROKE = 0.5
#: At an edge, the picture changes by more than this share of the part's darkness.
_STEP = 0.3
#: What is shorter is dust, as a share of the picture's shorter side.
_DUST = 0.04


@dataclasses.dataclass
class Part:
    """A connected piece of ink."""

    box: tuple[slice, slice]  #: rows and columns
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


def find_parts(strokes: Floats, ink: Ink) -> list[Part]:
    """Finds all parts of the ink that are no dust.

    Args:
      strokes: the ink without lines, float32 `(height, width)`, 0.0-1.0.
      ink: what was found in the picture.
    """
    labels, count = ndimage.label(strokes > max(_FAINTEST, _GRAINS * ink.grain), np.ones((3, 3)))
    if not count:
        return []
    # Each part has its own threshold: its darkness, but not that of a few pixels.
    darkness = _darkness(strokes, labels, count)
    labels, count = ndimage.label(strokes > _EDGE_OF_STROKE * darkness[labels], np.ones((3, 3)))
    dust = _DUST * min(strokes.shape)
    boxes = ndimage.find_objects(labels)
    return [
        _part(ink, box, labels[box] == number)
        for number, box in enumerate(boxes, 1)
        if max(each.stop - each.start for each in box) >= dust
    ]


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


def _part(ink: Ink, box: tuple[slice, slice], mask: Mask) -> Part:
    dark = float(np.quantile(ink.dark[box][mask], 0.75))
    outline = mask & ~ndimage.binary_erosion(mask, np.ones((3, 3)))
    outlined = float(np.mean(ink.steps[box][outline] > _STEP * dark))
    on_edge = _on_edge(ink.dark.shape, box, mask)
    share = max(mask.shape) / min(ink.dark.shape)
    stands_out = _stands_out(ink, box, mask)
    return Part(box, mask, thickness(mask), dark, outlined, stands_out, on_edge, share)


def _stands_out(ink: Ink, box: tuple[slice, slice], mask: Mask) -> float:
    """How much darker a part is than most of its surroundings, as a share of the paper."""
    far = max(mask.shape)
    around = tuple(slice(max(0, each.start - far), each.stop + far) for each in box)
    most, own = np.median(ink.grey[around]), np.median(ink.grey[box][mask])
    return float(most - own) / max(float(most), 48)


def _on_edge(shape: tuple[int, ...], box: tuple[slice, slice], mask: Mask) -> int:
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
