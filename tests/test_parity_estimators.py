"""An Estimator evaluates in a graph of its own: what depends on the mode is not known there."""

import pytest

tf = pytest.importorskip("tensorflow.compat.v1")

from legacy_cnn.parity.estimators import unseen

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
