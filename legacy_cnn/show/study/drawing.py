"""The section on the graph: a drawing of every tensor with its shape."""

import math
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from legacy_cnn.results.study import GraphTensor
from legacy_cnn.show import figures
from legacy_cnn.show.html import Html, scrolling, tag
from legacy_cnn.show.texts import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TEXT = Html(
    "The tensors on the path from the input to the loss, each with its shape for one image. A box "
    "is as high and as wide as the tensor, and the deeper the more channels it has. Below each "
    "tensor are the operations that compute it from the one before it, in "
    '<b class="weights">blue</b> the variables that they use, and in <b class="fed">red</b> the '
    "placeholders that are fed."
)

# Lengths are in points, from the lower left corner.
_COLUMN, _HEIGHT, _MIDDLE, _NAMES, _STEPS, _LINE = 83, 240, 160, 226, 100, 13
_SIDE, _SLOPE = 1.75, (0.6, 0.5)  # of a pixel; of the depth, to the right and upwards
_LARGEST = 32  # pixels along a box
_DEEPEST = 2**10  # channels
_WIDEST = 13  # characters of a line below a tensor


def section(tensors: Sequence[GraphTensor]) -> Html:
    """Returns the section of the page; there is a tensor."""
    drawn = scrolling("graph", tag("div", drawing(tensors), class_="graph"))
    return tag("section", tag("h2", "Graph"), tag("p", _TEXT), drawn)


def drawing(tensors: Sequence[GraphTensor]) -> Html:
    """Returns the graph from left to right."""
    size = (_COLUMN * len(tensors) / 72, _HEIGHT / 72)

    def draw(figure: "Figure") -> None:
        figure.set_layout_engine("none")
        axis = figure.add_axes((0, 0, 1, 1))
        axis.set(xlim=(0, _COLUMN * len(tensors)), ylim=(0, _HEIGHT))
        axis.axis("off")
        for column, tensor in enumerate(tensors):
            x = _COLUMN * (column + 0.5)
            if column:
                _arrow(axis, x - _COLUMN, tensors[column - 1], x, tensor)
            _box(axis, x, tensor)
            axis.text(x, _NAMES, printable(tensor.name), ha="center", weight="bold")
            axis.text(x, _NAMES - _LINE, shape_text(tensor.shape), ha="center")
            _steps(axis, x, tensor)

    path = ", ".join(f"{tensor.name} {shape_text(tensor.shape)}" for tensor in tensors)
    return figures.inline("graph", f"the graph: {path}", size, draw)


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Returns a shape as the drawing shows it."""
    if shape is None:
        return "any shape"
    return "\u00d7".join(map(str, shape)) or "a number"


def _arrow(
    axis: "Axes", x: float, tensor: GraphTensor, x_next: float, following: GraphTensor
) -> None:
    """From one box to the next one."""
    start, end = x + sum(_across(tensor)) / 2 + 4, x_next - sum(_across(following)) / 2 - 4
    look = {"arrowstyle": "->", "color": figures.TEXT, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", (end, _MIDDLE), (start, _MIDDLE), arrowprops=look)


def _across(tensor: GraphTensor) -> tuple[float, float]:
    """The width of a box's front, and how far the box reaches to the right of it."""
    _, width, depth = _extent(tensor.shape)
    return width, _SLOPE[0] * depth


def _box(axis: "Axes", x: float, tensor: GraphTensor) -> None:
    """As wide as the picture and as deep as its channels; a bar for a tensor of one dimension."""
    from matplotlib.patches import Polygon

    height, width, depth = _extent(tensor.shape)
    right, up = (share * depth for share in _SLOPE)
    x, y = x - (width + right) / 2, _MIDDLE - (height + up) / 2
    front = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    top = [front[3], front[2], (x + width + right, y + height + up), (x + right, y + height + up)]
    side = [front[2], front[1], (x + width + right, y + up), top[2]]
    colour = figures.MARK if tensor.weights else figures.GREY
    for corners, opacity in ((front, 0.35), (top, 0.2), (side, 0.5)):
        axis.add_patch(Polygon(corners, facecolor=(colour, opacity), edgecolor=colour, lw=1))


def _extent(shape: tuple[int, ...]) -> tuple[float, float, float]:
    """Height, width and depth of a tensor's box."""
    if len(shape) == 3:
        height, width = (_SIDE * _within(size, _LARGEST) for size in shape[:2])
        return height, width, 3 + 4 * math.log2(_within(shape[2], _DEEPEST))
    return _SIDE * math.sqrt(_within(math.prod(shape), _LARGEST**2)), 6, 3


def _within(size: int, largest: int) -> int:
    """A size that has room in the drawing, whatever the file says."""
    return min(max(size, 1), largest)


def _steps(axis: "Axes", x: float, tensor: GraphTensor) -> None:
    """What computes the tensor from the one before it: operations, variables, placeholders."""
    lines = [(line, figures.TEXT, "normal") for op in tensor.operations for line in _words(op)]
    for names, colour in ((tensor.weights, figures.MARK), (tensor.fed, figures.ALERT)):
        for name, shape in names.items():
            lines += [(printable(name), colour, "bold"), (shape_text(shape), colour, "normal")]
    for at, (line, colour, weight) in enumerate(lines):
        y = _STEPS - _LINE * at
        axis.text(x, y, line, ha="center", color=colour, weight=weight, fontsize=9)


def _words(operation: str) -> list[str]:
    """The type of an operation, in lines that end at a capital if it is long."""
    text = printable(operation)
    if len(text) > _WIDEST:
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return textwrap.wrap(text, _WIDEST)
