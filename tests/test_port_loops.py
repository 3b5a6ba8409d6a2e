"""Layers that a loop of the script made are written as a loop."""

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn import porting
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of


def lines_of(build):
    """`build_model` without its comments."""
    with open_reference(build, {}, 0.8, 0) as side:
        text = document.text_of(document.port(program_of(Reading(side))))
    body = text.partition("def build_model():\n")[2].partition("    model.compile")[0]
    lines = (line.partition("#")[0].rstrip() for line in body.splitlines())
    return [line[4:] for line in lines if line]


def conv(x, filters, size=3):
    with tf.variable_scope(None, "conv"):
        kernel = tf.get_variable("kernel", [size, size, x.shape[3], filters])
    return tf.nn.relu(tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME"))


def trained(build):
    """A program whose network is what `build` makes of `(None, 8, 8, 4)`."""

    def program():
        x = tf.placeholder(tf.float32, [None, 8, 8, 4], name="x")
        y = tf.placeholder(tf.int64, [None], name="y")
        flat = tf.reduce_mean(build(x), [1, 2])
        logits = tf.matmul(flat, tf.get_variable("out", [flat.shape[1], 3]))
        loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
        tf.train.GradientDescentOptimizer(0.01).minimize(loss)

    return program


def stages(x):
    net = x
    for filters, rate in [(4, 0.1), (8, 0.2), (8, 0.3)]:
        net = conv(net, filters)
        net = tf.nn.dropout(net, rate=rate)
    return net


def residual(x):
    net = conv(x, 6, 1)
    for _ in range(3):
        kept = net
        for size in [3, 5, 1, 3]:
            net = conv(net, 6, size)
        net = tf.nn.relu(net + kept)
    return net


def branches(x):
    """Each is needed afterwards: they are no loop."""
    found = []
    for size in [1, 3, 5]:
        branch = conv(x, 4, size)
        found.append(branch)
    return tf.concat(found, 3)


def by_hand(x):
    """The same layers, one line each, as the script has them."""
    net = conv(x, 4)
    net = conv(net, 4)
    return conv(net, 4)


def test_literals_that_differ_are_counted_through():
    assert lines_of(trained(stages))[1:5] == [
        "net = x",
        "for filters, rate in ((4, 0.1), (8, 0.2), (8, 0.3)):",
        '    net = layers.Conv2D(filters, 3, padding="same", activation="relu", use_bias=False)'
        "(net)",
        "    net = AlwaysDropout(rate)(net)",
    ]


def test_a_loop_in_a_loop():
    assert lines_of(trained(residual))[2:10] == [
        "for _ in range(3):",
        "    net_2 = net",
        "    for kernel_size in (3, 5, 1, 3):",
        "        net_2 = layers.Conv2D(",
        '            6, kernel_size, padding="same", activation="relu", use_bias=False',
        "        )(net_2)",
        "    net = layers.Add()([net_2, net])",
        '    net = layers.Activation("relu")(net)',
    ]


@pytest.mark.parametrize("build", [branches, by_hand])
def test_what_is_no_loop_is_written_line_by_line(build):
    assert not [line for line in lines_of(trained(build)) if line.startswith("for ")]


def test_a_port_with_loops_is_the_same(tmp_path):
    made = porting.port(trained(residual), tmp_path / "port", steps=1, quick=True)
    assert made.report.first is None


def test_what_differs_is_marked_in_the_loop(tmp_path):
    """Each line of a loop computes as many operations as it has turns."""
    with open_reference(trained(stages), {}, 0.8, 0) as side:
        lines = document.port(program_of(Reading(side)))
    computed = [line.operations for line in lines if "layers.Conv2D" in line.text]
    assert computed == [("Relu", "Relu_1", "Relu_2")]
