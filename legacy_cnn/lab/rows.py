"""The rows of the drawing: one for each line of the tutorial that makes operations."""

import functools
import inspect
from typing import NamedTuple

from legacy_cnn import tutorial


class Row(NamedTuple):
    """A line of the tutorial."""

    name: str
    title: str  #: what it is, in a few words
    begins: str  #: how the line begins in `tutorial.py`
    output: str  #: the operation that it ends with


#: In the order of the forward pass.
ROWS = (
    Row("x", "images, fed", "x = tf.placeholder", "Placeholder"),
    Row("y", "labels, fed", "y = tf.placeholder", "Placeholder_1"),
    Row("keep_prob", "keep probability, fed", "keep_prob = tf.placeholder", "Placeholder_2"),
    Row("image", "784 numbers as an image", "x = tf.reshape", "Reshape"),
    Row("conv1", "32 filters, bias, relu", "conv1 = tf.nn.relu", "Relu"),
    Row("pool1", "the largest of 2 x 2", "conv1 = maxpool2d", "MaxPool"),
    Row("conv2", "64 filters, bias, relu", "conv2 = tf.nn.relu", "Relu_1"),
    Row("pool2", "the largest of 2 x 2", "conv2 = maxpool2d", "MaxPool_1"),
    Row("flat", "7 x 7 x 64 as 3,136 numbers", "fc = tf.reshape", "Reshape_1"),
    Row("fc", "1,024 units, bias, relu", "fc = tf.nn.relu", "Relu_2"),
    Row("dropout", "drops units at random", "fc = tf.nn.dropout", "dropout/SelectV2"),
    Row("logits", "a number for each digit", "output = tf.matmul", "add_3"),
    Row("losses", "the loss of each image", "return tf.nn.softmax_cross_entropy",
        "softmax_cross_entropy_with_logits_sg/Reshape_2"),
    Row("loss", "their mean", "cost = tf.reduce_mean", "Mean"),
    Row("adam", "one step of Adam", "optimizer = tf.train.AdamOptimizer", "Adam"),
    Row("init", "draws the first weights", "init = tf.global_variables_initializer", "init"),
    Row("correct", "whether the largest logit is right", "correct = tf.equal", "Equal"),
    Row("accuracy", "the share that is right", "accuracy = tf.reduce_mean", "Mean_1"),
)  # fmt: skip


@functools.cache
def lines() -> dict[int, str]:
    """Line number of `tutorial.py`, from 1 -> the name of its row."""
    source = inspect.getsource(tutorial).splitlines()
    return {
        number: row.name
        for row in ROWS
        for number, line in enumerate(source, 1)
        if line.strip().startswith(row.begins)
    }


@functools.cache
def text_of(name: str) -> str:
    """The line of a row, as it stands in `tutorial.py`, and those that go on with it."""
    source = inspect.getsource(tutorial).splitlines()
    number = next(number for number, row in lines().items() if row == name)
    return source[number - 1].strip()
