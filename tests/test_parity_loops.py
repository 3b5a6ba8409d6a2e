"""Loops of TensorFlow 1 in a GraphDef can be differentiated."""

import pytest

pytestmark = pytest.mark.tensorflow

tf = pytest.importorskip("tensorflow").compat.v1

from legacy_cnn.parity import loops
from legacy_cnn.parity.foreign_graphs import import_checked
from legacy_cnn.parity.sides.gradients import Gradients


def _multiplied(x: "tf.Tensor") -> "tf.Tensor":
    """w * x + w^2 * x + w^3 * x, summed in a loop that fills an array."""
    w = tf.get_variable("w", [], initializer=tf.constant_initializer(2.0))
    array = tf.TensorArray(tf.float32, 3)

    def body(at, value, array):
        value = value * w
        return at + 1, value, array.write(at, value)

    _, _, array = tf.while_loop(lambda at, *_: at < 3, body, (0, x, array))
    return tf.reduce_sum(array.stack(), name="loss")


def test_gradient_of_an_imported_loop() -> None:
    with tf.Graph().as_default() as graph, loops.as_in_tensorflow_1():
        _multiplied(tf.placeholder(tf.float32, [], "x"))
    assert loops.are_in(graph)
    with tf.Graph().as_default() as again:
        import_checked(graph.as_graph_def())
        loss, w = (again.get_tensor_by_name(name) for name in ("loss:0", "w:0"))
        gradient = Gradients("graph", {"w": loss}, {"w": w}).added["w"]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run(gradient, {"x:0": 3.0}) == 3 * (1 + 2 * 2 + 3 * 4)


def test_a_loop_in_a_loop() -> None:
    with tf.Graph().as_default() as graph, loops.as_in_tensorflow_1():
        w = tf.get_variable("w", [], initializer=tf.constant_initializer(2.0))

        def inner(value):
            return tf.while_loop(lambda at, _: at < 2, lambda at, v: (at + 1, v * w), (0, value))[1]

        _, result = tf.while_loop(
            lambda at, _: at < 2, lambda at, v: (at + 1, inner(v)), (0, tf.constant(1.0))
        )
        tf.identity(result, "loss")
    with tf.Graph().as_default() as again:
        import_checked(graph.as_graph_def())
        loss, w = (again.get_tensor_by_name(name) for name in ("loss:0", "w:0"))
        gradient = Gradients("graph", {"w": loss}, {"w": w}).added["w"]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run(gradient) == 4 * 2.0**3
