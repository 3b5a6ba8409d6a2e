"""What a graph draws for each example of a batch and computes with as with data: a GAN's noise."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, Paths, source
from legacy_cnn.porting.constants import value_of
from legacy_cnn.porting.initializers import Drawn, affine
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.programs.variables import is_variable

#: What a draw goes through before it meets anything else.
_ON_ITS_WAY = (*PASSING, "Mul", "Add", "AddV2", "Sub", "Neg", "Reshape")
#: What a net begins with: noise that is added to weights is no data.
_PRODUCTS = re.compile("(Batch)?MatMul|Conv|DepthwiseConv")


class Beginning(NamedTuple):
    """Numbers that are drawn as data."""

    drawing: tf.Operation
    scaling: list[tf.Operation]  #: what makes a distribution's numbers of standard ones, in order
    drawn: Drawn

    @property
    def leaving(self) -> tf.Tensor:
        """The numbers of the distribution."""
        return [self.drawing, *self.scaling][-1].outputs[0]


def of(paths: Paths, operations: Iterable[tf.Operation]) -> list[Beginning]:
    """What is drawn, and multiplied with weights before it meets any data."""
    drawing = (op for op in operations if DRAWING.match(op.type) and op.outputs[0].shape.rank)
    return [_beginning(paths, op) for op in drawing if _meets_weights(paths, op)]


def _beginning(paths: Paths, drawing: tf.Operation) -> Beginning:
    scaling: list[tf.Operation] = []
    drawn = affine(drawing.outputs[0]) or Drawn("", 1.0, 0.0)
    while len(following := _followers(paths, [drawing, *scaling][-1])) == 1:
        scaled = affine(following[0].outputs[0])
        if scaled is None:
            break
        scaling.append(following[0])
        drawn = scaled
    return Beginning(drawing, scaling, drawn)


def _followers(paths: Paths, op: tf.Operation) -> list[tf.Operation]:
    return [one for one in paths.followers(op) if "gradients" not in one.name]


def _meets_weights(paths: Paths, drawing: tf.Operation) -> bool:
    """Whether all that is computed from a draw, but for its scale, is computed with weights."""
    waiting, seen, met = [drawing], {drawing.name}, False
    while waiting:
        for op in _followers(paths, waiting.pop()):
            if op.name in seen:
                continue
            seen.add(op.name)
            others = [t for t in op.inputs if source(t).name not in seen and value_of(t) is None]
            if others:
                met = True
                are_weights = all(is_variable(source(tensor)) for tensor in others)
                if not (are_weights and _PRODUCTS.match(op.type)):
                    return False
            elif op.type in _ON_ITS_WAY:
                waiting.append(op)
    return met


def data_of(drawing: tf.Operation) -> tuple[tf.Tensor, list[int]] | None:
    """The data whose examples are drawn for, and the other sizes of a draw; None if unknown."""
    sizes = source(drawing.inputs[0])
    if sizes.type != "Pack":
        return None
    first, *others = sizes.inputs
    counted = source(first)
    if counted.type != "StridedSlice" or source(counted.inputs[0]).type != "Shape":
        return None
    numbers = [value_of(tensor) for tensor in others]
    if any(one is None for one in numbers) or value_of(counted.inputs[1]) != [0]:
        return None
    return source(counted.inputs[0]).inputs[0], [int(one) for one in numbers if one is not None]
