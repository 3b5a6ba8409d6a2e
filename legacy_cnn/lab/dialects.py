"""A line of the tutorial in three dialects, as a small program that runs as it stands.

The texts are made here, of the table below; what a browser sends only chooses one.
"""

import linecache
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import tutorial
from legacy_cnn.errors import UsageError
from legacy_cnn.lab.learners import Learner
from legacy_cnn.lab.room import Room
from legacy_cnn.ports import eager
from legacy_cnn.streams import printed

DIALECTS = ("graph", "eager", "function")


class Line(NamedTuple):
    """A line that can be run by itself."""

    graph: str  #: the expression, with TensorFlow 1's names
    eager: str  #: the same with TensorFlow 2's
    inputs: dict[str, str]  #: what it is computed of: name -> operation of the graph
    shapes: dict[str, str]  #: of their placeholders


_IMAGE = {"image": "Reshape"}, {"image": "[None, 28, 28, 1]"}

#: Row -> line.
LINES = {
    "image": Line("tf.reshape(x, shape=[-1, 28, 28, 1])", "tf.reshape(x, shape=[-1, 28, 28, 1])",
                  {"x": "Placeholder"}, {"x": "[None, 784]"}),
    "conv1": Line('tf.nn.relu(conv2d(image, weights["W_conv1"]) + biases["b_conv1"])',
                  'tf.nn.relu(conv2d(image, weights["W_conv1"]) + biases["b_conv1"])', *_IMAGE),
    "pool1": Line("maxpool2d(conv1)", "maxpool2d(conv1)",
                  {"conv1": "Relu"}, {"conv1": "[None, 28, 28, 32]"}),
    "conv2": Line('tf.nn.relu(conv2d(pool1, weights["W_conv2"]) + biases["b_conv2"])',
                  'tf.nn.relu(conv2d(pool1, weights["W_conv2"]) + biases["b_conv2"])',
                  {"pool1": "MaxPool"}, {"pool1": "[None, 14, 14, 32]"}),
    "pool2": Line("maxpool2d(conv2)", "maxpool2d(conv2)",
                  {"conv2": "Relu_1"}, {"conv2": "[None, 14, 14, 64]"}),
    "flat": Line("tf.reshape(pool2, [-1, 7 * 7 * 64])", "tf.reshape(pool2, [-1, 7 * 7 * 64])",
                 {"pool2": "MaxPool_1"}, {"pool2": "[None, 7, 7, 64]"}),
    "fc": Line('tf.nn.relu(tf.matmul(flat, weights["W_fc"]) + biases["b_fc"])',
               'tf.nn.relu(tf.matmul(flat, weights["W_fc"]) + biases["b_fc"])',
               {"flat": "Reshape_1"}, {"flat": "[None, 3136]"}),
    "dropout": Line("tf.nn.dropout(fc, keep_prob)", "tf.nn.dropout(fc, rate=1 - keep_prob)",
                    {"fc": "Relu_2", "keep_prob": "Placeholder_2"},
                    {"fc": "[None, 1024]", "keep_prob": "[]"}),
    "logits": Line('tf.matmul(fc, weights["out"]) + biases["out"]',
                   'tf.matmul(fc, weights["out"]) + biases["out"]',
                   {"fc": "dropout/SelectV2"}, {"fc": "[None, 1024]"}),
    "losses": Line("tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y)",
                   "tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y)",
                   {"logits": "add_3", "y": "Placeholder_1"},
                   {"logits": "[None, 10]", "y": "[None, 10]"}),
    "loss": Line("tf.reduce_mean(losses)", "tf.reduce_mean(losses)",
                 {"losses": "softmax_cross_entropy_with_logits_sg/Reshape_2"},
                 {"losses": "[None]"}),
    "correct": Line("tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))",
                    "tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))",
                    {"logits": "add_3", "y": "Placeholder_1"},
                    {"logits": "[None, 10]", "y": "[None, 10]"}),
    "accuracy": Line('tf.reduce_mean(tf.cast(correct, "float"))',
                     'tf.reduce_mean(tf.cast(correct, "float"))',
                     {"correct": "Equal"}, {"correct": "[None]"}),
}  # fmt: skip

_GRAPH = """\
{placeholders}
{name} = {expression}
print("when built:", {name})

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in (1, 2):
        value = sess.run({name}, feed_dict={{{feed}}})
        print("step", step, "gives", summary(value))
"""

_EAGER = """\
for step in (1, 2):
    {name} = {expression}
    print("step", step, "prints", {name}.numpy().ravel()[:3])
    print("step", step, "gives", summary({name}))
"""

_FUNCTION = """\
@tf.function
def {name}_of({arguments}):
    {name} = {expression}
    print("when traced:", {name})
    return {name}

for step in (1, 2):
    value = {name}_of({arguments})
    print("step", step, "gives", summary(value))
"""


def texts(row: str) -> dict[str, str]:
    """The programs of a row, by dialect; none for a row that is no computation of its own."""
    if row not in LINES:
        return {}
    line = LINES[row]
    placeholders = "\n".join(
        f"{one} = tf.placeholder(tf.{'bool' if one == 'correct' else 'float32'}, {shape})"
        for one, shape in line.shapes.items()
    )
    feed = ", ".join(f"{one}: fed_{one}" for one in line.inputs)
    arguments = ", ".join(line.inputs)
    return {
        "graph": _GRAPH.format(
            placeholders=placeholders, name=row, expression=line.graph, feed=feed
        ),
        "eager": _EAGER.format(name=row, expression=line.eager),
        "function": _FUNCTION.format(name=row, expression=line.eager, arguments=arguments),
    }


def run(
    room: Room, learner: Learner, row: str, dialect: str, image: NDArray[np.float32], label: int
) -> dict[str, Any]:
    """Runs the program of a row.

    Args:
      room: with the session, which computes what the line is computed of.
      learner: whose weights are used.
      row, dialect: which program.
      image: float32 `(784,)`, from which the input of the line is computed.
      label: 0-9.

    Returns:
      Dict: "printed", the lines in their order.

    Raises:
      UsageError: there is no such program.
    """
    if row not in LINES or dialect not in DIALECTS:
        raise UsageError("There is no such program.")
    line = LINES[row]
    room.use(learner)
    feed = {
        room.ends.x: image[None],
        room.ends.y: np.eye(10, dtype=np.float32)[[label]],
        room.ends.keep_prob: 1.0,  # all dialects compute from the same input
    }
    fetches = {name: room.graph.get_operation_by_name(op).outputs[0]
               for name, op in line.inputs.items()}  # fmt: skip
    inputs = room.session.run(fetches, feed)
    if "keep_prob" in inputs:
        inputs["keep_prob"] = np.float32(tutorial.keep_rate)
    weights, biases = _by_the_tutorials_names(room.weights(learner))
    return {"printed": _printed(texts(row)[dialect], dialect, inputs, weights, biases)}


def _by_the_tutorials_names(
    weights: dict[str, NDArray[np.float32]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The listing's two dicts, which both have an "out"."""
    kernels = {name: weights[name] for name in ("W_conv1", "W_conv2", "W_fc")}
    offsets = {name: weights[name] for name in ("b_conv1", "b_conv2", "b_fc")}
    return {**kernels, "out": weights["out_W"]}, {**offsets, "out": weights["out_b"]}


def _printed(
    text: str, dialect: str, inputs: dict[str, Any], weights: Any, biases: Any
) -> list[str]:
    def variables(values: dict[str, Any], make: Callable[[Any], Any]) -> dict[str, Any]:
        needed = {name: value for name, value in values.items() if f'"{name}"' in text}
        return {name: make(value) for name, value in needed.items()}

    if dialect == "graph":
        fed = {f"fed_{name}": value for name, value in inputs.items()}
        with tf.Graph().as_default():
            v1 = tf.compat.v1
            scope = {
                "tf": v1, "conv2d": tutorial.conv2d, "maxpool2d": tutorial.maxpool2d,
                "weights": variables(weights, v1.Variable),
                "biases": variables(biases, v1.Variable),
            }  # fmt: skip
            return _executed(text, {**scope, **fed})
    scope = {
        "tf": tf, "conv2d": eager.conv2d, "maxpool2d": eager.maxpool2d,
        "weights": variables(weights, tf.Variable), "biases": variables(biases, tf.Variable),
    }  # fmt: skip
    return _executed(text, {**scope, **{name: tf.constant(v) for name, v in inputs.items()}})


def _executed(text: str, scope: dict[str, Any]) -> list[str]:
    code = compile(text, "<the lab>", "exec")
    _remember(text)
    return printed(lambda: exec(code, {**scope, "summary": summary})).splitlines()


def _remember(text: str) -> None:
    """Lets `tf.function` find the source of what is run, which it reads."""
    linecache.cache["<the lab>"] = (len(text), None, text.splitlines(keepends=True), "<the lab>")


def summary(value: Any) -> str:
    """A value in a few words: a number, or its shape and its mean."""
    array = np.asarray(value)
    if array.size == 1:
        return str(array.ravel()[0])
    return f"{array.shape}, mean {array.astype(np.float64).mean():.4f}"


def shown_of(row: str) -> dict[str, Any]:
    """What the page shows of a row: the programs, and who defines what they use."""
    note = textwrap.dedent(
        """\
        weights, biases, conv2d and maxpool2d are the tutorial's. The weights are yours: the
        variables are initialised with them. The input is what the graph computes of your drawing up
        to here, without dropout."""
    )
    return {"programs": texts(row), "note": note}
