"""What a user gives a comparison besides the programs: feeds, and batches of their own."""

import keras as k
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.errors import ParityError, UserCodeError
from legacy_cnn.parity.given import checked_data, read_data, read_feeds
from legacy_cnn.parity.placeholders import check
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.rungs import RUNGS
from support.ports import statuses

pytestmark = pytest.mark.tensorflow

NAMES = {
    "images": "x", "labels": "y_", "layers": {"z": "z"}, "loss": "cost",
    "parameters": {"W": "W", "b": "b"}, "train": "train",
}  # fmt: skip


def regression():
    """A line through 13 features whose error a placeholder without a batch scales."""
    x = tf1.placeholder(tf1.float32, [None, 13], name="x")
    y = tf1.placeholder(tf1.float32, [None, 1], name="y_")
    scale = tf1.placeholder(tf1.float32, [], name="scale")
    W = tf1.get_variable("W", [13, 1], use_resource=False)
    b = tf1.get_variable("b", [1], use_resource=False, initializer=tf1.zeros_initializer())
    z = tf1.add(tf1.matmul(x, W), b, name="z")
    cost = tf1.multiply(tf1.reduce_mean(tf1.square(z - y)), scale, name="cost")
    tf1.train.GradientDescentOptimizer(0.01).minimize(cost, name="train")
    return NAMES


def rows(count=640):
    generator = np.random.default_rng(0)
    features = generator.standard_normal((count, 13), np.float32)
    return features, features @ generator.standard_normal((13, 1), np.float32)


def port():
    model = k.Sequential([k.Input((13,)), k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.01), "mse")
    return model


SMALL = {"steps": 2, "batch_size": 16}
FEEDS = {"scale": (1.0, 1.0)}


def test_a_regression_on_data_of_its_own():
    images, labels = rows()
    report = parity.compare(
        port(), reference=regression, data=(images, labels), feeds=FEEDS, **SMALL
    )
    assert report.first is None, report.first
    assert statuses(report)["loss"] == statuses(report)["gradients"] == "passed"
    halved = {"scale": (0.5, 1.0)}
    data = {"images": images, "labels": labels}
    report = parity.compare(port(), reference=regression, data=data, feeds=halved, **SMALL)
    assert report.first[0].name == "loss"


@pytest.mark.slow
def test_the_command_reads_data_and_feeds(tmp_path, called, monkeypatch):
    images, labels = rows()
    np.savez(tmp_path / "rows.npz", x=images, y=labels)
    (tmp_path / "feeds.json").write_text('{"scale": [1.0, 1.0]}')
    (tmp_path / "given.py").write_text("from test_parity_given import port, regression, rows\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    words = ["parity", "given:port", "--reference", "given:regression", "--batch-size", "16",
             "--steps", "2", "--feeds", "feeds.json"]  # fmt: skip
    for batches in ("rows.npz", "given:rows"):
        done = called(*words, "--batches", batches)
        assert done.returncode in (0, 3) and "passed" in done.stdout, done.stderr
    done = called(*words)
    assert done.returncode == 0, done.stderr
    assert "Batches: drawn from the seed (x: N(0, 1), y_: N(0, 1))\n" in done.stdout
    done = called(*words[:-2], "--batches", "rows.npz")
    assert done.returncode == 2 and done.stderr == (
        "legacy-cnn: given:regression needs its placeholder scale (float32 of shape ()), but "
        "has no value for it. Name it as images, labels or keep_prob, or give one in training and "
        'one otherwise in --feeds: {"scale": [..., ...]}.\n'
    )


@pytest.mark.parametrize(
    ("feeds", "message"),
    [
        ({"nothing": (1, 1)}, "has no tensor nothing"),
        ({"scale": (1, "x")}, "cannot be fed 'x' as scale, which takes float32 of shape ()"),
        ({"scale": ([1, 2], 1)}, r"cannot be fed \[1, 2\] as scale, which takes float32"),
        ({"scale": 1}, r'scale must have a pair of values, .* or be "input" or "labels", not 1\.'),
        ({1: (1, 1)}, "feeds: a placeholder's name must be a string, not 1"),
        ([1], "feeds must map each placeholder to a pair of values"),
    ],
)
def test_feeds_that_do_not_fit(feeds, message):
    with pytest.raises(ParityError, match=message):
        parity.compare(port(), reference=regression, data=rows(), feeds=feeds, **SMALL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros((640, 13)), "data must be a pair of arrays, images and labels, not ndarray"),
        ({"labels": np.zeros(3)}, 'must have the arrays "images" and "labels", or "x" and "y"; it '
         "has labels"),
        ((np.zeros((20, 13)), np.zeros((19, 1))), "data has 20 images, but 19 labels"),
        ((np.zeros((15, 13)), np.zeros((15, 1))), "fewer than a batch of 16: give more"),
        ((np.array(["a"] * 20), np.zeros(20)), "images in data must be an array of numbers"),
        ((1, 2), "images in data must be an array of numbers"),
    ],
)  # fmt: skip
def test_data_that_are_none(data, message):
    with pytest.raises(ParityError, match=message):
        checked_data(data, 16)


def test_data_that_do_not_fit_the_reference():
    with open_reference(regression, {}, 0.8, 1, FEEDS) as reference:
        check(reference, rows(20))
        features, numbers = rows(20)
        with pytest.raises(ParityError, match=r"takes images of shape \(13,\)"):
            check(reference, (features[:, :3], numbers))
        with pytest.raises(ParityError, match=r"takes labels of float32 of shape \(None, 1\)"):
            check(reference, (features, np.zeros((20, 2), np.float32)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON: Expecting property name"),
        ("[" * 10**5, "nested too deeply"),
        ("[]", "must map each placeholder to a pair of values"),
        ('{"a": [1]}', "a must have a pair of values"),
    ],
)
def test_files_of_feeds_that_are_none(content, message, tmp_path):
    path = tmp_path / "feeds.json"
    path.write_text(content)
    with pytest.raises(ParityError, match=message):
        read_feeds(path)
    with pytest.raises(FileNotFoundError):
        read_feeds(tmp_path / "nothing.json")


def test_files_of_batches(tmp_path, monkeypatch):
    path = tmp_path / "rows.npz"
    np.savez(path, images=np.zeros((2, 3)), labels=np.ones(2), others=np.zeros(1))
    images, labels = read_data(str(path))
    assert images.shape == (2, 3) and labels.tolist() == [1, 1]
    np.savez(path, a=np.zeros(1))
    with pytest.raises(ParityError, match=r'must have the arrays "images" and "labels".*has a\.'):
        read_data(str(path))
    np.savez(path, x=np.array([object()]), y=np.zeros(1))
    with pytest.raises(ParityError, match=r"cannot be read as \.npz"):
        read_data(str(path))  # nothing is unpickled
    path.write_bytes(b"PK")
    with pytest.raises(ParityError, match=r"cannot be read as \.npz"):
        read_data(str(path))
    with pytest.raises(FileNotFoundError):
        read_data(str(tmp_path / "nothing.npz"))
    with pytest.raises(ParityError, match=r"must be an \.npz file, or module:function, not rows"):
        read_data("rows")
    (tmp_path / "reader.py").write_text("def rows():\n    raise ValueError('no rows')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UserCodeError, match="ValueError: no rows"):
        read_data("reader:rows")


@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_data_that_are_not_finite_are_refused(name, value):
    data = dict(zip(("images", "labels"), rows(32), strict=True))
    data[name][3, 0] = value
    with pytest.raises(ParityError, match=f"{name} in data must be finite; 1 of 32 examples"):
        checked_data(data, 16)


def test_a_batch_on_another_axis():
    def turned():
        x = tf1.placeholder(tf1.float32, [5, None, 3], name="x")
        w = tf1.get_variable("w", [3])
        loss = tf1.reduce_mean(tf1.square(tf1.reduce_sum(x * w, [0, 2])))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    advice = pytest.raises(ParityError, match="If axis 1 is the batch's, give the reference")
    with open_reference(turned, {}, 0.8, 1) as reference, advice:
        reference.feeds.shaped(np.zeros((8, 5, 3), np.float32))


def looked_up():
    """As word2vec's loss, which looks up what its labels are, and a constant of each of them."""
    word = tf1.placeholder(tf1.int32, [None], name="word")
    near = tf1.placeholder(tf1.int32, [None, 1], name="near")
    table, other = (tf1.get_variable(name, [9, 4]) for name in ("table", "other"))
    rows = tf1.nn.embedding_lookup(other, tf1.reshape(near, [-1]))
    scores = tf1.reduce_sum(tf1.nn.embedding_lookup(table, word) * rows, 1)
    loss = tf1.reduce_mean(tf1.nn.softplus(-scores))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


class LookedUp(k.Model):
    def __init__(self, sign):
        super().__init__()
        self.sign = sign
        self.table, self.other = (k.layers.Embedding(9, 4) for _ in range(2))
        for layer in (self.table, self.other):
            layer.build()
        self.built = True
        self.compile(k.optimizers.SGD(0.1))

    def call(self, word):
        return self.table(word)

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        scores = k.ops.sum(y_pred * self.other(k.ops.reshape(y, (-1,))), -1)
        return k.ops.mean(k.ops.softplus(self.sign * scores))


@pytest.mark.slow
@pytest.mark.parametrize(("sign", "verdict"), [(-1, "same"), (1, "different")])
def test_labels_that_a_loss_looks_up_are_told_by_the_data(sign, verdict):
    generator = np.random.default_rng(0)
    data = generator.integers(0, 9, 60), generator.integers(0, 9, (60, 1))
    rungs = "weights", "forward", "loss", "gradients"
    report = parity.compare(
        LookedUp(sign),
        reference=looked_up,
        data=data,
        batch_size=16,
        except_for=tuple(name for name in RUNGS if name not in rungs),
    )
    assert report.verdict == verdict
    assert report.first is None or report.first[0].name == "loss"


def test_data_for_one_of_several_inputs():
    data = np.zeros((20, 3), np.int64), np.zeros((20, 2, 2), np.int64)
    message = r"takes 2 inputs \(word \(\), near \(1,\)\), but the images in data have 3 numbers"
    with pytest.raises(ParityError, match=message):
        parity.compare(LookedUp(1), reference=looked_up, data=data, batch_size=16)


class Denoising(k.Sequential):
    """An autoencoder whose step takes no labels."""

    def train_step(self, data):
        (x,) = data if isinstance(data, tuple) else (data,)
        with tf.GradientTape() as tape:
            loss = k.ops.mean(k.ops.square(self(x, training=True) - x))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


@pytest.mark.slow
def test_data_without_labels_for_a_port_that_takes_none():
    def autoencoder():
        x = tf1.placeholder(tf1.float32, [None, 5], name="x")
        hidden = tf1.tanh(tf1.matmul(x, tf1.get_variable("w", [5, 3])))
        loss = tf1.reduce_mean(tf1.square(tf1.matmul(hidden, tf1.get_variable("v", [3, 5])) - x))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    layers = k.layers.Dense(3, "tanh", use_bias=False), k.layers.Dense(5, use_bias=False)
    model = Denoising([k.Input((5,)), *layers])
    model.compile(k.optimizers.SGD(0.1))
    images = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    report = parity.compare(
        model, reference=autoencoder, data={"images": images}, batch_size=16, steps=1
    )
    assert report.verdict == "same"
    with pytest.raises(ParityError, match=r"takes labels \(y_\), and data has none"):
        parity.compare(port(), reference=regression, data={"x": rows()[0]}, feeds=FEEDS)
