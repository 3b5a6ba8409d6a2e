"""What a graph draws beside its data, as the sample of a variational autoencoder."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.sides.random_numbers import bounds
from legacy_cnn.porting.beginnings import Beginning, data_of
from legacy_cnn.porting.calls import Code, call, unless
from legacy_cnn.porting.constants import number_of, value_of
from legacy_cnn.porting.initializers import Drawn
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line, plain

#: Operation -> the class, and the function of `keras.random`.
KINDS = {
    "RandomStandardNormal": ("Normal", "normal(ops.shape(x)"),
    "TruncatedNormal": ("TruncatedNormal", "truncated_normal(ops.shape(x)"),
    "RandomUniform": ("Uniform", "uniform(ops.shape(x)"),
    "RandomUniformInt": ("Integers", "randint(ops.shape(x)"),
}

#: The shape of what is drawn for each example.
_EACH = "(ops.shape(x)[0], *self.sizes)"


def like(reading: Reading, op: tf.Operation) -> tf.Tensor | None:
    """The data whose shape is drawn; None where nothing is known of it."""
    sizes = source(op.inputs[0])
    if sizes.type == "Shape" and reading.is_on_way(sizes.inputs[0].op):
        return sizes.inputs[0]
    waiting, seen = [op.outputs[0]], set()
    while waiting:  # through what scales it, to data of the same shape
        for follower in waiting.pop().consumers():
            if follower.name in seen or follower.type not in ("Mul", "Add", "AddV2"):
                continue
            seen.add(follower.name)
            waiting.extend(follower.outputs)
            for other in follower.inputs:
                if reading.is_on_way(other.op) and _is_like(other, op.outputs[0]):
                    return other
    return None


def _is_like(data: tf.Tensor, drawn: tf.Tensor) -> bool:
    """Whether data have the shape of what is drawn, but for an unknown number of examples."""
    if data.shape.rank and is_of_all(drawn.op):
        return data.shape[1:].as_list() == drawn.shape.as_list()
    if not data.shape.rank or data.shape.rank != drawn.shape.rank or data.shape.rank < 2:
        return False
    return data.shape[1:].as_list() == drawn.shape[1:].as_list()


def is_of_all(op: tf.Operation) -> bool:
    """Whether one vector is drawn for all examples of a batch."""
    shape = op.outputs[0].shape
    return shape.rank == 1 and shape.is_fully_defined() and shape[0] != 1


def named(op: tf.Operation) -> str:
    """What the class is called: Normal, UniformOfAll, Integers0To2."""
    between = bounds(op.outputs[0])
    numbers = "{}To{}".format(*between) if between else ""
    return f"{KINDS[op.type][0]}{numbers}{'OfAll' if is_of_all(op) else ''}"


def is_standard(op: tf.Operation) -> bool:
    """Whether it is one of those that a class is written for."""
    if op.type not in KINDS or not op.outputs[0].shape.rank:
        return False
    if not op.outputs[0].dtype.is_floating and (bounds(op.outputs[0]) or (-1,))[0] < 0:
        return False  # not known, or no part of a name
    return is_of_all(op) or number_of(op.inputs[0]) is None


class Begun(NamedTuple):
    """A layer that draws what is computed with as with data."""

    name: str
    arguments: str
    data: tf.Tensor  #: what it is called with
    says: str
    drawing: str

    def lines(self, name: str) -> list[Line]:
        """The class, by a name."""
        text = f'''class {name}(layers.Layer):
    """Draws noise, {self.says}, in training and in evaluation."""

    def __init__(self, *sizes):
        super().__init__()
        self.sizes = sizes
        self.generator = keras.random.SeedGenerator()

    def call(self, x):'''
        return [*map(Line, text.splitlines()), *plain(f"return {self.drawing}", 8)]


def beginning(begun: Beginning, first: tf.Tensor) -> Begun | None:
    """What draws as many examples as its input has, or always as many; None for none of Keras.

    Args:
      begun: what is drawn.
      first: data that the layer is called with where it always draws as many.
    """
    if begun.drawing.type not in KINDS or not begun.drawn.kind:
        return None
    kind, function = KINDS[begun.drawing.type]
    found, known = data_of(begun.drawing), value_of(begun.drawing.inputs[0])
    if found is not None:
        data, sizes = found
        name, says, shape = f"{kind}ForEach", "for each example of its input", _EACH
    elif known is not None:
        data, sizes = first, known.tolist()
        name, says, shape = f"{kind}OfSize", "of one size, whatever its input", "self.sizes"
    else:
        return None
    drawing = call(
        f"keras.random.{function.partition('(')[0]}",
        Code(shape),
        **_numbers(begun.drawn),
        seed=Code("self.generator"),
    )
    return Begun(name, f"({', '.join(map(str, sizes))})", data, says, drawing)


def _numbers(drawn: Drawn) -> dict[str, float | None]:
    """What tells a distribution from the standard one."""
    factor, shift = drawn.factor, drawn.shift
    if drawn.kind == "uniform":
        return {"minval": unless(shift, 0.0), "maxval": unless(shift + factor, 1.0)}
    return {"mean": unless(shift, 0.0), "stddev": unless(factor, 1.0)}


def lines(op: tf.Operation) -> list[Line]:
    """The class."""
    _, function = KINDS[op.type]
    many = "of the shape of its input"
    if between := bounds(op.outputs[0]):
        function += ", {}, {}".format(*between)
    if is_of_all(op):
        function, many = function.replace("(x)", "(x)[1:]"), "the same for all examples of a batch"
    text = f'''class {named(op)}(layers.Layer):
    """Draws noise, {many}, in training and in evaluation."""

    def __init__(self):
        super().__init__()
        self.generator = keras.random.SeedGenerator()

    def call(self, x):
        return keras.random.{function}, seed=self.generator)'''
    return [Line(line) for line in text.splitlines()]
