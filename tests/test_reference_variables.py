"""A SavedModel of TensorFlow 1 has reference variables, which TensorFlow does not load as such."""

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity


@pytest.fixture
def trained(tmp_path):
    """A program as TensorFlow 1 saved it: its `.meta` file, and what it serves."""
    with tf1.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None, 6], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        w = tf1.get_variable("w", [6, 3], use_resource=False)
        b = tf1.get_variable("b", [3], use_resource=False)
        logits = tf.matmul(x, w) + b
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)
        tf1.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_mean(loss))
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(tmp_path / "model"))
        folder = tmp_path / "served"
        tf1.saved_model.simple_save(session, str(folder), {"x": x}, {"logits": logits})
    return tmp_path / "model.meta", folder


def test_what_it_serves_is_the_program(trained):
    reference, served = trained
    report = parity.compare(str(served), reference=str(reference))
    passed = {rung.name for rung in report.rungs if rung.status == "passed"}
    assert report.same and passed >= {"weights", "forward", "predictions"}
