"""An Estimator evaluates in a graph of its own: its mode decides on dropout and normalisation."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow.compat.v1")

from legacy_cnn.parity.estimators import is_of_mode, unseen
from legacy_cnn.parity.references import open_reference

pytestmark = pytest.mark.tensorflow


def sentences(tmp_path, text, rate):
    script = tmp_path / str(rate) / text[-6:] / "old.py"  # trees are kept by their file
    script.parent.mkdir(parents=True)
    script.write_text(f"def model_fn(features):\n    pass\n{text}\n", "utf-8")
    with tf.Graph().as_default():
        w = tf.Variable(1.0, name="w", use_resource=False)
        x = tf.nn.dropout(tf.placeholder(tf.float32, [3]), rate=rate)
        loss = tf.reduce_sum(w * x)
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
        return list(unseen([train.name], {"w": ((str(script), 2),)}).values())


@pytest.mark.parametrize("name", ["tf.estimator.DNNClassifier", "contrib.learn.Estimator"])
def test_what_an_estimator_evaluates_is_not_compared(name, tmp_path):
    (said,) = sentences(tmp_path, f"model = {name}(model_fn)", 0.5)
    assert said.startswith("old.py, line 3: an Estimator evaluates in a graph of its own")


def test_a_graph_without_modes_is_the_same_in_evaluation(tmp_path):
    assert not sentences(tmp_path, "model = tf.estimator.Estimator(model_fn)", 0.0)
    assert not sentences(tmp_path, "model = sklearn.LogisticRegression()", 0.5)


LINES = """
def net(x, keep):
    return tf.nn.dropout(x, keep)  # 2
def model_fn(features, labels, mode, params):
    x = tf.layers.dropout(features, training=mode == TRAIN)  # 4
    x = tf.layers.dropout(x, training=True)  # 5
    keep = 0.5 if mode == 'train' else 1.0
    x = tf.nn.dropout(x, keep)  # 7
    x = tf.nn.dropout(x, params['share'])  # 8
    if mode == ModeKeys.TRAIN:
        x = tf.nn.dropout(x, 0.5)  # 10
    with slim.arg_scope(scope(is_training=mode == TRAIN)):
        x = slim.dropout(x)  # 12
    x = net(x, keep)  # 13
    model = net(x, 0.5)  # 14
classifier = tf.estimator.DNNClassifier(dropout=0.5)
classifier.train(
    input_fn)  # 17
classifier.evaluate()  # 18
""".lstrip()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([17, 4], True), ([17, 5], False), ([17, 7], True), ([17, 8], False), ([17, 10], True),
        ([17, 12], True), ([17, 13, 2], True), ([17, 14, 2], False), ([17], True), ([18], False),
        ([], False),
    ],
)  # fmt: skip
def test_the_source_tells_what_the_mode_decides(lines, expected, tmp_path):
    script = tmp_path / "old.py"
    script.write_text(LINES, "utf-8")
    assert is_of_mode([(str(script), line) for line in lines]) == expected


SCRIPT = """
import numpy as np
import tensorflow as tf

def model_fn(features, labels, mode):
    on = mode == tf.estimator.ModeKeys.TRAIN
    x = tf.layers.conv2d(features["x"], 3, 3, activation=tf.nn.relu)
    x = tf.layers.batch_normalization(x, training=on, momentum=0.5)
    x = tf.layers.flatten(tf.layers.dropout(x, 0.5, training=on))
    x = tf.layers.dropout(tf.layers.dense(x, 5), 0.5, training=on)
    x = tf.layers.batch_normalization(x, training=on, momentum=0.5, name="flat")
    logits = tf.layers.dense(x, 2, name="logits")
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)

x = np.random.default_rng(0).normal(size=(60, 6, 6, 1)).astype(np.float32)
data = tf.estimator.inputs.numpy_input_fn({"x": x}, np.arange(60) % 2, 10, shuffle=False)
tf.estimator.Estimator(model_fn).train(data, steps=6)
"""


def evaluated(images, weights):
    """What the script's net gives with its dropout off, and its moving averages."""

    def normal(x, name):
        mean, variance = weights[f"{name}/moving_mean"], weights[f"{name}/moving_variance"]
        scaled = (x - mean) / np.sqrt(variance + 0.001)
        return scaled * weights[f"{name}/gamma"] + weights[f"{name}/beta"]

    def dense(x, name):
        return x @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]

    windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), (1, 2))
    x = np.einsum("nijcyx,yxco->nijo", windows, weights["conv2d/kernel"])
    x = normal(np.maximum(x + weights["conv2d/bias"], 0), "batch_normalization")
    return dense(normal(dense(x.reshape(len(x), -1), "dense"), "flat"), "logits")


def test_a_script_is_evaluated_as_its_mode_says(tmp_path):
    script = tmp_path / "old.py"
    script.write_text(SCRIPT, "utf-8")
    images = np.random.default_rng(1).normal(size=(8, 6, 6, 1)).astype(np.float32)
    rng = np.random.default_rng(2)
    with open_reference(str(script), {}, 1.0, 1) as side:
        (state,) = side.first_values(1)
        moved = {n: v + rng.uniform(0.1, 1, v.shape) if v.ndim else v for n, v in state.items()}
        found = side.evaluate(moved, images).output
    np.testing.assert_allclose(found, evaluated(images, moved), 1e-4, 1e-4)
