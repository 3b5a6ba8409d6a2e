"""Activations that scripts write out: leaky rectifiers, and `x * sigmoid(x)`."""

import itertools
import math

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.calls import Code, call, number
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import leaky

_SUMS = ("Add", "AddV2")
#: What enters, the line of Keras, and what is to be said about it.
Recognised = tuple[tf.Tensor, Code, str]


def parts(reading: Reading) -> dict[str, Found]:
    """Last operation -> the layer."""
    found: dict[str, Found] = {}
    for op in reading.way:
        recognised = _rectified(op) or _summed(op) or _gated(op)
        if recognised is None or not reading.is_on_way(recognised[0].op):
            continue
        entering, line, note = recognised
        between = reading.paths.after([entering.op]) & reading.paths.before([op])
        inner = [one for one in reading.way if one.name in between and one is not entering.op]
        reading.take(inner)
        found[op.name] = Found(
            op.name, "activation by hand", str(line), note, (entering,), op.outputs[0]
        )
    return found


def _leaky(x: tf.Tensor, slope: float, at_zero: float, own: str) -> Recognised:
    """A layer of Keras, or of its own where that is another program.

    Only the gradients at exactly 0 differ. A convolution gives zeros where all of its pixels are
    zero, as at the edges of images; hardly anything else does.
    """
    if math.isclose(at_zero, slope, rel_tol=1e-6) or not _is_convolved(x):
        return x, call("LeakyReLU", negative_slope=slope), ""
    note = f"its gradient at exactly 0 is {number(at_zero)}, LeakyReLU's is {number(slope)}"
    return x, call(own, negative_slope=slope), note


def _is_convolved(tensor: tf.Tensor) -> bool:
    """Whether a convolution, with a bias or without, gives a tensor."""
    op = source(tensor)
    if op.type in (*_SUMS, "BiasAdd", "Reshape"):
        return any(_is_convolved(one) for one in op.inputs)
    return op.type.startswith(("Conv2D", "Conv3D", "DepthwiseConv"))


def _scaled(tensor: tf.Tensor) -> tuple[float, tf.Tensor] | None:
    """A factor, and what it is multiplied by."""
    op = source(tensor)
    if op.type != "Mul":
        return None
    for one, other in itertools.permutations(op.inputs):
        factor = number_of(one)
        if factor is not None:
            return factor, other
    return None


def _rectified(op: tf.Operation) -> Recognised | None:
    """`tf.maximum(x, 0.2 * x)`."""
    if op.type != "Maximum":
        return None
    for x, other in itertools.permutations(op.inputs):
        scaled = _scaled(other)
        if scaled is not None and scaled[1] is x and 0 < scaled[0] < 1:
            return _leaky(x, scaled[0], _at_tie(op, x, scaled[0]), leaky.BY_MAXIMUM)
    return None


def _at_tie(op: tf.Operation, x: tf.Tensor, slope: float) -> float:
    """The gradient where both are 0: `tf.maximum` gives it to the first of both."""
    return 1.0 if op.inputs[0] is x else slope


def _summed(op: tf.Operation) -> Recognised | None:
    """`0.6 * x + 0.4 * tf.abs(x)`."""
    if op.type not in _SUMS:
        return None
    for one, other in itertools.permutations(op.inputs):
        first, second = _scaled(one), _scaled(other)
        if first is None or second is None or source(second[1]).type != "Abs":
            continue
        x, positive = first[1], first[0] + second[0]
        if source(second[1]).inputs[0] is x and math.isclose(positive, 1, rel_tol=1e-6):
            return _leaky(x, round(first[0] - second[0], 6), first[0], leaky.BY_ABS)
    return None


def _gated(op: tf.Operation) -> Recognised | None:
    """`x * tf.sigmoid(x)`."""
    if op.type != "Mul":
        return None
    for x, gate in itertools.permutations(op.inputs):
        if source(gate).type == "Sigmoid" and source(gate).inputs[0] is x:
            return x, call("Activation", "silu"), ""
    return None
