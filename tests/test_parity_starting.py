"""The weights that a comparison begins with, from a file, for any reference."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.errors import ParityError, WeightsError
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.starting import check_names, read_weights

pytestmark = pytest.mark.tensorflow

WEIGHTS = {"w": np.arange(6, dtype=np.float32).reshape(3, 2), "b": np.ones(2, np.float32)}


def graph():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    w, b = tf.get_variable("net/w", [3, 2]), tf.get_variable("net/b", [2])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=tf.matmul(x, w) + b)
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(loss))


@pytest.fixture(scope="module")
def reference():
    with open_reference(graph, {}, 0.8, 1) as side:
        yield side


def model(dtype=None):
    layer = keras.layers.Dense(2, dtype=dtype)
    return keras.Sequential([keras.Input((3,)), layer])


@pytest.mark.parametrize("prefix", ["", "net/", "renamed_"])
def test_an_npz_file_has_them_by_name_or_shape(tmp_path, reference, prefix):
    np.savez(tmp_path / "w.npz", **{prefix + name: one for name, one in WEIGHTS.items()}, step=[9])
    read = read_weights(reference, tmp_path / "w.npz")
    assert list(read) == list(reference.parameters)
    assert all(np.array_equal(read[f"net/{name}"], value) for name, value in WEIGHTS.items())


def test_a_checkpoint_and_a_keras_file_have_them(tmp_path, reference):
    with tf.Graph().as_default(), tf.Session() as session:
        saved = [tf.Variable(value, name=f"net/{name}") for name, value in WEIGHTS.items()]
        session.run(tf.global_variables_initializer())
        tf.train.Saver(saved).save(session, str(tmp_path / "model.ckpt"))
    port = model()
    port.set_weights(list(WEIGHTS.values()))
    port.save(tmp_path / "port.keras")
    for path in (tmp_path / "model.ckpt", tmp_path / "port.keras"):
        assert np.array_equal(read_weights(reference, path)["net/w"], WEIGHTS["w"])


def test_what_does_not_fit_is_refused(tmp_path, reference):
    np.savez(tmp_path / "w.npz", **{**WEIGHTS, "w": np.ones((4, 4), np.float32)})
    with pytest.raises(WeightsError, match=r"no counterpart for net/w \(3, 2\)|expected float32"):
        read_weights(reference, tmp_path / "w.npz")
    with pytest.raises(ParityError, match=r"net/w has the shape \(4,\), expected \(3, 2\)"):
        check_names(reference, {"net/w": np.ones(4), "net/b": np.ones(2)})


def test_a_comparison_begins_with_them(tmp_path):
    port = model()
    port.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(True))
    np.savez(tmp_path / "w.npz", **WEIGHTS)
    chosen = {"steps": 1, "batch_size": 4, "except_for": ("initial weights", "fit")}
    report = parity.compare(port, reference=graph, weights=tmp_path / "w.npz", **chosen)
    assert report.verdict == "same"
