"""Training as ports write it: graphs in, text out."""

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of


def text_of(build):
    with open_reference(build, {}, 0.8, 0) as side:
        return document.text_of(document.port(program_of(Reading(side))))


def dense(x, units, name):
    w = tf.get_variable(f"{name}_w", [x.shape[1], units])
    return tf.matmul(x, w, name=name)


def several_labels():
    x = tf.placeholder(tf.float32, [None, 4], name="state")
    action = tf.placeholder(tf.float32, [None, 2], name="action")
    target = tf.placeholder(tf.float32, [None], name="target")
    q = tf.reduce_sum(dense(x, 2, "q") * action, axis=1)
    tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(tf.square(target - q)))


def test_a_loss_of_several_labels_is_a_method():
    text = text_of(several_labels)
    assert "def compute_loss(self, x=None, y=None, y_pred=None" in text
    assert "action, target = y\n" in text
    assert "model.compile(optimizer=keras.optimizers.Adam(0.01, epsilon=1e-8))" in text


def two_outputs():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    kind = tf.placeholder(tf.int64, [None], name="kind")
    age = tf.placeholder(tf.float32, [None, 1], name="age")
    logits, guess = dense(x, 5, "kinds"), dense(x, 1, "ages")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=kind, logits=logits)
    loss = tf.reduce_mean(losses) + 0.5 * tf.reduce_mean(tf.square(age - guess))
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_each_output_has_its_loss_and_weight():
    text = " ".join(text_of(two_outputs).split())
    assert "keras.losses.SparseCategoricalCrossentropy(from_logits=True)" in text
    assert "loss_weights=[1.0, 0.5]" in text
    assert "compute_loss" not in text


def two_optimizers():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    z = dense(tf.nn.relu(dense(x, 3, "deep")), 1, "wide")
    loss = tf.reduce_mean(tf.square(y - z))
    first, second = tf.trainable_variables()
    tf.group(
        tf.train.AdagradOptimizer(0.1).minimize(loss, var_list=[first]),
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[second]),
    )


def test_several_optimizers_have_a_step_of_their_own():
    text = text_of(two_optimizers)
    assert "def compile(self, adagrad, sgd):" in text
    assert "def train_step(self, data):" in text
    assert "with tf.GradientTape(persistent=True) as tape:" in text
