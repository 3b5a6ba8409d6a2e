"""Small layers that ports define themselves: noise that a net begins with, functions of `tf.nn`."""

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn import porting
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of


def text_of(build):
    """A port in one line."""
    with open_reference(build, {}, 0.8, 0) as side:
        text = document.text_of(document.port(program_of(Reading(side))))
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return " ".join(filter(None, lines))


def dense(x, units, name):
    return tf.matmul(x, tf.get_variable(name, [x.shape[1], units]))


def adversaries(draw):
    """A net that makes examples of noise, and one that judges them."""
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    with tf.variable_scope("maker"):
        made = dense(tf.tanh(dense(draw(x), 5, "first")), 6, "second")

    def judged(of):
        with tf.variable_scope("judge", reuse=tf.AUTO_REUSE):
            return dense(of, 1, "score")

    right, wrong = tf.reduce_mean(judged(x)), tf.reduce_mean(tf.square(judged(made)))
    for name, loss in (("judge", wrong - right), ("maker", -wrong)):
        own = tf.trainable_variables(name)
        tf.train.GradientDescentOptimizer(0.01).minimize(loss, var_list=own)


def test_a_net_begins_with_noise_for_each_example():
    def normal():
        adversaries(lambda x: tf.random_normal([tf.shape(x)[0], 3]))

    text = text_of(normal)
    assert " = NormalForEach(3)(x)" in text
    assert "keras.random.normal((ops.shape(x)[0], *self.sizes), seed=self.generator)" in text
    assert "Rescaling" not in text


def test_noise_of_two_distributions_has_two_classes():
    def two():
        def draw(x):
            uniform = tf.random_uniform([tf.shape(x)[0], 3], -1.0, 2.0)
            other = tf.random_uniform([tf.shape(x)[0], 3])
            return dense(uniform, 4, "uniform") + dense(other, 4, "other")

        adversaries(draw)

    text = text_of(two)
    assert "(ops.shape(x)[0], *self.sizes), minval=-1.0, maxval=2.0, seed=self.generator" in text
    assert "(ops.shape(x)[0], *self.sizes), seed=self.generator" in text
    assert "UniformForEach(3)(x)" in text and "UniformForEachOther(3)(x)" in text


def test_noise_of_a_fixed_number_of_examples_is_the_same(tmp_path):
    def always_eight():
        adversaries(lambda x: tf.random_normal([8, 3], stddev=0.5))

    made = porting.port(always_eight, tmp_path / "port")
    assert made.verdict == "same"
    assert "keras.random.normal(self.sizes, stddev=0.5, " in (tmp_path / "port/port.py").read_text()


def blocks():
    x = tf.placeholder(tf.float32, [None, 4, 4, 4], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    h = tf.nn.local_response_normalization(x, depth_radius=4, alpha=0.1, beta=0.75)
    h = tf.nn.conv2d(h, tf.get_variable("kernel", [3, 3, 4, 4]), [1, 1, 1, 1], "SAME")
    h = tf.nn.relu(h + tf.get_variable("of_all", initializer=0.1))
    h = tf.space_to_depth(tf.depth_to_space(tf.nn.lrn(h), 2), 4)
    logits = dense(tf.reshape(h, [-1, 64]), 3, "w")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses))


def test_functions_that_keras_has_not_are_layers_around_them(tmp_path):
    assert porting.port(blocks, tmp_path / "port").verdict == "same"
    text = (tmp_path / "port/port.py").read_text()
    for layer in (
        "LocalResponseNormalization(4, alpha=0.1, beta=0.75)(",
        "LocalResponseNormalization()(",
        "DepthToSpace(2)(",
        "SpaceToDepth(4)(",
        "Shift()(",  # by one number for all, which is no layer's bias
    ):
        assert layer in text


def test_noise_of_weights_is_no_data():
    def noisy():
        x = tf.placeholder(tf.float32, [None, 4], name="x")
        w = tf.get_variable("w", [4, 3])
        logits = tf.matmul(x, w + tf.random_normal([4, 3], stddev=0.1))
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(logits)))

    with open_reference(noisy, {}, 0.8, 0) as side:
        assert not Reading(side).begun


def test_several_dropouts_are_layers():
    def dropped():
        x = tf.placeholder(tf.float32, [None, 4], name="x")
        h = tf.nn.dropout(dense(tf.nn.dropout(x, rate=0.2), 5, "first"), rate=0.4)
        logits = tf.nn.dropout(dense(h, 3, "second"), rate=0.3)
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(logits)))

    assert text_of(dropped).count("Dropout(") >= 3
