"""Placeholders of a trace have the sizes that they were always fed."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

tf = pytest.importorskip("tensorflow").compat.v1

from legacy_cnn.parity import fed_shapes


def test_sizes_that_are_always_the_same() -> None:
    with tf.Graph().as_default() as graph:
        tf.placeholder(tf.float32, [None, None, 3], "same")
        tf.placeholder(tf.float32, [None, None], "other")
        tf.placeholder(tf.float32, None, "unknown")
    definition = graph.as_graph_def()
    steps = [
        {"same:0": np.zeros((4, 5, 3)), "other:0": np.zeros((4, at)), "unknown:0": np.zeros((4, 2))}
        for at in (1, 2)
    ]
    fed_shapes.settle(definition, steps)
    shapes = {node.name: tf.TensorShape(node.attr["shape"].shape) for node in definition.node}
    assert shapes["same"].as_list() == [None, 5, 3]
    assert shapes["other"].as_list() == [None, None]
    assert shapes["unknown"].rank is None
