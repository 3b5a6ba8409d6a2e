"""A batch in another order: an equal one, if the reference does not depend on the order."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from programs import channels_first

from legacy_cnn import parity
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.reordering import Reordering
from legacy_cnn.parity.rounding import WORSE, of_either
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.sides.graph_side import GraphSide

pytestmark = pytest.mark.tensorflow

SIZE = 24


def opened(loss_of):
    graph = tf.Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [None, 5], name="x")
        y = tf.placeholder(tf.float32, [None, 3], name="y")
        w = tf.get_variable("w", [5, 3], initializer=tf.glorot_uniform_initializer())
        output = tf.matmul(x, w, name="output")
        tf.transpose(output, name="turned")
        tf.identity(loss_of(output, y), name="loss")
    layers = {"turned": "turned", "output": "output"}
    return GraphSide("it", graph, GraphNames("x", layers, {"w": "w"}, labels="y", loss="loss"))


def batch_of(side):
    generator = np.random.default_rng(0)
    sizes = [(SIZE, 5), (SIZE, 3)]
    return side.batch(*(generator.standard_normal(size).astype(np.float32) for size in sizes))


def test_layers_are_put_back_wherever_their_rows_are():
    with opened(lambda output, y: tf.reduce_mean(tf.square(output - y))) as side:
        state, batch = side.beginning(), batch_of(side)
        reordering = Reordering(side, state, batch)
        assert reordering.is_free and reordering.is_known
        order = reordering.order(SIZE, np.random.default_rng(1))
        assert sorted(order) == list(range(SIZE)) != list(order)
        values = side.named_values(side.pass_through(state, batch))
        moved = {"turned": values["turned"][:, order], "output": values["output"][order]}
        for name, value in reordering.put_back(moved, order).items():
            np.testing.assert_array_equal(value, values[name])


def test_a_loss_that_depends_on_the_order_keeps_it():
    weight = np.arange(SIZE, dtype=np.float32)[:, None]
    with opened(lambda output, y: tf.reduce_mean(weight * tf.square(output - y))) as side:
        reordering = Reordering(side, side.beginning(), batch_of(side))
        assert not reordering.is_free
        order = reordering.order(SIZE, np.random.default_rng(1))
        assert list(order) == list(range(SIZE))


def test_a_program_may_round_worse_but_not_by_much():
    reference, candidate = np.float32([1, 1, 1]), np.float32([0.5, 2, 100])
    np.testing.assert_array_equal(of_either(reference, candidate), [1, 2, WORSE])


def compared(candidate):
    left_out = tuple(name for name in RUNGS if name not in ("gradients", "update", "steps"))
    return parity.compare(
        candidate,
        reference=channels_first.build,
        seed=8,
        batch_size=128,
        steps=2,
        except_for=left_out,
    )


@pytest.mark.slow
def test_a_sum_that_another_kernel_rounds_worse_is_no_difference():
    """Channels last, the 8,192 numbers of a bias' gradient are added one by one."""
    assert not compared(channels_first.right()).first


@pytest.mark.slow
def test_a_sum_that_is_slightly_wrong_is_a_difference():
    class Off(keras.optimizers.Adam):
        def apply(self, grads, trainable_variables=None):
            grads = [g * (1 + 1e-4 * (len(g.shape) == 1)) for g in grads]
            return super().apply(grads, trainable_variables)

    model = channels_first.right()
    model.compile(Off(1e-3, epsilon=1e-8), model.loss)
    assert compared(model).first[1].tensor in ("m of b", "gradient with respect to b")
