"""The tutorial's graph as a drawing: every tensor with the shape that it has in the real graph."""

import math
import re
import textwrap
from typing import NamedTuple

import tensorflow.compat.v1 as tf
from matplotlib.patches import Polygon

from legacy_cnn import tutorial
from legacy_cnn.show import figures as plotting
from legacy_cnn.vocabulary import LAYERS, PARAMETERS

# Lengths are in points, from the lower left corner.
_COLUMN, _HEIGHT, _MIDDLE, _NAMES, _STEPS, _LINE = 83, 240, 160, 226, 100, 13
_SIDE, _SLOPE = 1.75, (0.6, 0.5)  # of a pixel; of the depth, to the right and upwards
_WIDEST = 13  # characters of a line below a tensor


class Tensor(NamedTuple):
    """One that flows through the net, and how it is made of the one before it."""

    name: str  # of the vocabulary
    shape: tuple  # for one image: without the batch; () is a single number
    operations: tuple = ()  # their types, in the order of computation
    weights: dict = {}  # name -> shape
    fed: dict = {}  # name of a placeholder that comes in -> its shape, None if it has none


def tensors():
    """What flows forward through the tutorial's graph, read from the graph: a list of `Tensor`."""
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        first = graph.get_operation_by_name("Conv2D").inputs[0]
        flowing = {"x": ends.x, "images": first}
        flowing |= {name: graph.get_tensor_by_name(f"{each}:0") for name, each in LAYERS.items()}
        placeholders = {ends.y.op: "y", ends.keep_prob.op: "keep_prob"}
        steps = zip(list(flowing.items())[1:], flowing.values(), strict=False)
        return [
            Tensor("x", _shape(ends.x)),
            *(_tensor(name, each, before, placeholders) for (name, each), before in steps),
        ]


def _tensor(name, tensor, before, placeholders):
    path = _path(tensor, before)
    incoming = [(each, _source(each)) for operation in path for each in operation.inputs]
    variables = {each.variable: own for own, each in PARAMETERS.items()}
    weights = {
        variables[source.name]: tuple(each.shape)
        for each, source in incoming
        if source.name in variables
    }
    fed = {
        placeholders[each]: each.outputs[0].shape for _, each in incoming if each in placeholders
    }
    fed = {each: None if shape.rank is None else tuple(shape) for each, shape in fed.items()}
    return Tensor(name, _shape(tensor), tuple(each.type for each in path), weights, fed)


def _shape(tensor):
    return tuple(tensor.shape[1:])


def _path(tensor, before):
    """The fewest operations that lead from one tensor to another; None if none do."""
    if tensor is before:
        return []
    found = [_path(each, before) for each in tensor.op.inputs]
    found = [each for each in found if each is not None]
    return [*min(found, key=len), tensor.op] if found else None


def _source(tensor):
    """The operation that a tensor comes from unchanged, or but for its shape or a sign."""
    passing = ("Identity", "ReadVariableOp", "Reshape", "Sub", "StopGradient")
    operation = tensor.op
    while operation.type in passing:
        operation = operation.inputs[operation.type == "Sub"].op
    return operation


def drawing():
    """The graph from left to right as SVG for a page, `Html`."""
    flowing = tensors()
    size = (_COLUMN * len(flowing) / 72, _HEIGHT / 72)

    def draw(figure):
        figure.set_layout_engine("none")
        axis = figure.add_axes((0, 0, 1, 1))
        axis.set(xlim=(0, _COLUMN * len(flowing)), ylim=(0, _HEIGHT))
        axis.axis("off")
        for column, each in enumerate(flowing):
            x = _COLUMN * (column + 0.5)
            if column:
                _arrow(axis, x - _COLUMN, flowing[column - 1], x, each)
            _block(axis, x, each)
            axis.text(x, _NAMES, each.name, ha="center", weight="bold")
            axis.text(x, _NAMES - _LINE, shape_text(each.shape), ha="center")
            _steps(axis, x, each)

    return plotting.inline("graph", "the graph: " + _in_words(flowing), size, draw)


def shape_text(shape):
    """A shape as it stands in the drawing."""
    if shape is None:
        return "any shape"
    return "\u00d7".join(map(str, shape)) or "a number"


def _in_words(flowing):
    return ", ".join(f"{each.name} {shape_text(each.shape)}" for each in flowing)


def _arrow(axis, x, tensor, x_next, following):
    """From one box to the next one."""
    start, end = x + sum(_across(tensor)) / 2 + 4, x_next - sum(_across(following)) / 2 - 4
    look = {"arrowstyle": "->", "color": plotting.TEXT, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", (end, _MIDDLE), (start, _MIDDLE), arrowprops=look)


def _across(tensor):
    """How wide a box's front is, and how far it reaches to the right of it."""
    _, width, depth = _extent(tensor.shape)
    return width, _SLOPE[0] * depth


def _block(axis, x, tensor):
    """A box, as wide as the picture and as deep as its channels; a bar for what is in one row."""
    height, width, depth = _extent(tensor.shape)
    right, up = (share * depth for share in _SLOPE)
    x, y = x - (width + right) / 2, _MIDDLE - (height + up) / 2
    front = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    top = [front[3], front[2], (x + width + right, y + height + up), (x + right, y + height + up)]
    side = [front[2], front[1], (x + width + right, y + up), top[2]]
    colour = plotting.MARK if tensor.weights else plotting.GREY
    for corners, opacity in ((front, 0.35), (top, 0.2), (side, 0.5)):
        axis.add_patch(Polygon(corners, facecolor=(colour, opacity), edgecolor=colour, lw=1))


def _extent(shape):
    """Height, width and depth of a tensor's box."""
    if len(shape) == 3:
        return _SIDE * shape[0], _SIDE * shape[1], 3 + 4 * math.log2(shape[2])
    return _SIDE * math.sqrt(math.prod(shape)), 6, 3


def _steps(axis, x, tensor):
    """What makes the tensor of the one before it: operations, weights, what is fed."""
    lines = [(line, plotting.TEXT, "normal") for each in tensor.operations for line in _words(each)]
    for names, colour in ((tensor.weights, plotting.MARK), (tensor.fed, plotting.ALERT)):
        for name, shape in names.items():
            lines += [(name, colour, "bold"), (shape_text(shape), colour, "normal")]
    for at, (line, colour, weight) in enumerate(lines):
        y = _STEPS - _LINE * at
        axis.text(x, y, line, ha="center", color=colour, weight=weight, fontsize=9)


def _words(operation):
    """The type of an operation, in lines that are not too wide: at its capitals."""
    parts = (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", operation) if len(operation) > _WIDEST else operation
    )
    return textwrap.wrap(parts, _WIDEST)
