"""Placeholders of a trace have the sizes that they were always fed."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

tf = pytest.importorskip("tensorflow").compat.v1

from legacy_cnn.parity import fed_shapes
from legacy_cnn.parity.loops import as_in_tensorflow_1


def test_sizes_that_are_always_the_same() -> None:
    with tf.Graph().as_default() as graph:
        tf.placeholder(tf.float32, [None, None, 3], "same")
        tf.placeholder(tf.float32, [None, None], "other")
        tf.placeholder(tf.float32, None, "unknown")
    definition = graph.as_graph_def()
    steps = [
        {
            "same:0": np.zeros((4, 5, 3)),
            "other:0": np.zeros((4, at)),
            "unknown:0": np.zeros((at, 2)),
        }
        for at in (1, 2)
    ]
    fed_shapes.settle(definition, steps)
    shapes = {node.name: tf.TensorShape(node.attr["shape"].shape) for node in definition.node}
    assert shapes["same"].as_list() == [None, 5, 3]
    assert shapes["other"].as_list() == [None, None]
    assert shapes["unknown"].as_list() == [None, 2]


def test_numbers_of_one_example_after_another_are_a_batch() -> None:
    with tf.Graph().as_default() as graph:
        x, rate, still = (tf.placeholder(tf.float32, None, name) for name in ("x", "rate", "still"))
        loss = tf.square(tf.Variable(1.0) * x - still)
        tf.train.GradientDescentOptimizer(rate).minimize(loss)
    definition = graph.as_graph_def()
    steps = [
        {"x:0": np.float32(at), "rate:0": np.float32(at), "still:0": np.float32(3)} for at in (1, 2)
    ]
    assert fed_shapes.settle(definition, steps) == {"x:0"}
    shapes = {node.name: tf.TensorShape(node.attr["shape"].shape) for node in definition.node}
    assert shapes["x"].as_list() == [None]
    assert shapes["rate"].rank is None and shapes["still"].rank is None
    assert fed_shapes.batched(steps[0], ["x:0"])["x:0"].shape == (1,)


def test_a_number_that_a_loop_takes_is_a_number() -> None:
    with tf.Graph().as_default() as graph, as_in_tensorflow_1():
        keep = tf.placeholder(tf.float32, None, "keep")
        shapes = [tf.TensorShape(None)]
        tf.while_loop(lambda x: x < 3.0, lambda x: x + keep, [tf.constant(0.0)], shapes)
    definition = graph.as_graph_def()
    assert fed_shapes.settle(definition, [{"keep:0": np.float32(0.7)}]) == set()
    (node,) = (node for node in definition.node if node.name == "keep")
    assert tf.TensorShape(node.attr["shape"].shape).rank == 0
