"""Gates of a GRU inside of a loop: their last digits are nudged, and nothing else changes."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn.parity import loop_gates, loop_noise
from legacy_cnn.parity.loops import as_in_tensorflow_1

pytestmark = pytest.mark.tensorflow

STEPS, UNITS = 4, 3


def graph_of_gates(bias, drops=False):
    """State h = u h + (1 - u) x in each step, with u = sigmoid(bias), which is near 1."""
    with tf.Graph().as_default() as graph, as_in_tensorflow_1():
        x = tf1.placeholder(tf.float32, [None, STEPS, UNITS], name="x")
        level = tf1.get_variable("level", [UNITS], initializer=tf1.constant_initializer(bias))
        rows = tf.transpose(x, [1, 0, 2])

        def step(time, state):
            u, _ = tf.split(tf.sigmoid(tf.concat([level, level], 0)), 2)
            given = rows[time] + (tf1.random_uniform([UNITS]) if drops else 0.0)
            return time + 1, tf.ensure_shape(u * state + (1 - u) * given, [None, UNITS])

        shapes = [tf.TensorShape([]), tf.TensorShape([None, UNITS])]
        first = [0, tf.zeros_like(rows[0])]
        _, last = tf1.while_loop(lambda time, _: time < STEPS, step, first, shapes)
        tf1.reduce_sum(last, name="sum")
    return graph


def results(graph, fed):
    """The sum of the last state, and its gradient, as one array."""
    with graph.as_default(), tf1.Session(graph=graph) as session:
        total, variables = graph.get_tensor_by_name("sum:0"), tf1.global_variables()
        gradient = tf1.gradients(total, variables[0])[0]
        session.run(tf1.variables_initializer(variables))
        images = np.linspace(-1, 1, 2 * STEPS * UNITS, dtype=np.float32).reshape(2, STEPS, UNITS)
        return np.hstack(session.run((total, gradient), {"x:0": images, **fed}))


def test_a_gate_that_is_subtracted_is_within_reach():
    again = loop_gates.reachable(graph_of_gates(12.0))
    (ones,) = loop_gates.ones(again)
    plain, nudged = results(again, {}), results(again, {ones: np.full(2 * UNITS, 1 - 2**-24, "f4")})
    np.testing.assert_array_equal(plain, results(graph_of_gates(12.0), {}))
    assert loop_gates.ones(again) == [ones]  # gradients have products in loops, too
    # 1 - u is 6e-6, and moves by 6e-8: a hundredth of it.
    assert 3e-3 < abs(nudged[0] / plain[0] - 1) < 3e-2


def test_noise_of_the_same_loop_stays_within_reach():
    again = loop_noise.hoisted(loop_gates.reachable(graph_of_gates(1.0, drops=True)))
    assert len(loop_gates.ones(again)) == len(loop_noise.of(again)) == 1


def test_a_graph_without_such_gates_stays_itself():
    with tf.Graph().as_default() as graph, as_in_tensorflow_1():
        tf1.while_loop(lambda x: x < 3.0, lambda x: x + tf.sigmoid(x), [tf.constant(0.0)])
        1 - tf.sigmoid(tf1.placeholder(tf.float32))
    assert loop_gates.reachable(graph) is graph
