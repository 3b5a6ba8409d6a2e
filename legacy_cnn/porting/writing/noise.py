"""What a graph draws beside its data, as the sample of a variational autoencoder."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line

#: Operation -> the class, and the function of `keras.random`.
KINDS = {
    "RandomStandardNormal": ("Normal", "normal(ops.shape(x)"),
    "TruncatedNormal": ("TruncatedNormal", "truncated_normal(ops.shape(x)"),
    "RandomUniform": ("Uniform", "uniform(ops.shape(x)"),
}


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
    """What the class is called."""
    return f"{KINDS[op.type][0]}{'OfAll' if is_of_all(op) else ''}"


def is_standard(op: tf.Operation) -> bool:
    """Whether it is one of those that a class is written for."""
    if op.type not in KINDS or not op.outputs[0].shape.rank:
        return False
    return is_of_all(op) or number_of(op.inputs[0]) is None


def lines(op: tf.Operation) -> list[Line]:
    """The class."""
    _, function = KINDS[op.type]
    many = "as many as there are in its input"
    if is_of_all(op):
        function, many = function.replace("(x)", "(x)[1:]"), "the same for all examples of a batch"
    text = f'''class {named(op)}(layers.Layer):
    """Draws numbers, {many}, in training and in evaluation."""

    def __init__(self):
        super().__init__()
        self.generator = keras.random.SeedGenerator()

    def call(self, x):
        return keras.random.{function}, seed=self.generator)'''
    return [Line(line) for line in text.splitlines()]
