"""References that fetch their batches themselves, and that take channels first."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.sides.keras_inputs import _shaped

pytestmark = pytest.mark.tensorflow

X, Y = np.ones((32, 6), np.float32), np.ones((32, 2), np.float32)


def trained(x, y):
    w = tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer())
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y), name="loss")
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def by_iterator():
    data = tf.data.Dataset.from_tensor_slices((X, Y)).repeat().batch(8)
    trained(*tf.data.make_one_shot_iterator(data).get_next())


def by_initialised_iterator():
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)
    trained(*tf.data.make_initializable_iterator(data).get_next())


def by_queue():
    queue = tf.FIFOQueue(32, [tf.float32, tf.float32], [(6,), (2,)])
    runner = tf.train.QueueRunner(queue, [queue.enqueue_many((X, Y))])
    tf.train.add_queue_runner(runner)
    trained(*queue.dequeue_many(8))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("build", [by_iterator, by_initialised_iterator, by_queue])
def test_what_an_iterator_or_a_queue_delivers_is_fed(build):
    with open_reference(build, {}, 1.0, 0) as side:
        assert [tensor.shape.as_list()[1:] for tensor in side.inputs] == [[6]]
        assert [tensor.shape.as_list()[1:] for tensor in side.targets] == [[2]]
        batch = side.batch(X[:8], Y[:8])
        state = side.beginning()
        expected = np.square(X[:8] @ state["w"] - Y[:8]).mean()
        np.testing.assert_allclose(side.train(state, batch)[0].loss, expected, rtol=1e-5)


def test_channels_are_moved_to_the_end_where_a_port_has_them():
    value = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(_shaped(value, (4, 5, 3)), np.moveaxis(value, 1, 3))
    np.testing.assert_array_equal(_shaped(value, (5, 3, 4)), np.moveaxis(value, 3, 1))
    one = value.reshape(2, 1, 12, 5)
    np.testing.assert_array_equal(_shaped(one, (12, 5, 1)), value.reshape(2, 12, 5, 1))
