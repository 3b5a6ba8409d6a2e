"""Graphs from files that would not end, or take all memory: small files can."""

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.errors import ForeignGraphError
from legacy_cnn.programs import permitted


def endless(value):
    def body(count, each):
        return count * 1, each

    return tf1.while_loop(lambda count, each: count < 1, body, [tf.constant(0), value])[1]


def huge(value):
    return value + tf.reduce_sum(tf.fill([2 * 10**9], 1.0))


def port():
    layers = [tf.keras.Input((6,)), tf.keras.layers.Dense(3, use_bias=False)]
    return tf.keras.Sequential(layers)


@pytest.fixture
def saved(tmp_path):
    """Saves a small program with something in its middle, and returns its `.meta` file."""

    def save(hook):
        with tf1.Graph().as_default(), tf1.Session() as session:
            x = tf1.placeholder(tf.float32, [None, 6], name="x")
            y = tf1.placeholder(tf.float32, [None, 3], name="y")
            w = tf1.get_variable("w", [6, 3])
            logits = hook(tf.matmul(x, w))
            loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)
            tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(loss))
            session.run(tf1.global_variables_initializer())
            tf1.train.Saver().save(session, str(tmp_path / "model"))
        return tmp_path / "model.meta"

    return save


def test_a_loop_without_an_end_is_given_up(saved, monkeypatch):
    monkeypatch.setattr(permitted, "LONGEST_RUN", 1)
    with pytest.raises(ForeignGraphError, match="has not ended within 1 seconds"):
        parity.compare(port(), reference=str(saved(endless)))


def test_a_tensor_that_takes_all_memory_is_refused(saved):
    with pytest.raises(ForeignGraphError, match="takes 8,000,000,000 bytes"):
        parity.compare(port(), reference=str(saved(huge)))
