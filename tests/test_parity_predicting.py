"""What a port predicts and evaluates: in another order than the reference, or not at all."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.rungs import RUNGS, not_finite, predictions, sizes
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.results.report import DIFFERENT

pytestmark = pytest.mark.tensorflow


def reference():
    x = tf1.placeholder(tf.float32, [None, 6, 6, 1], name="x")
    y = tf1.placeholder(tf.float32, [None, 2], name="y")
    kernel, output = tf1.get_variable("kernel", [3, 3, 1, 4]), tf1.get_variable("out", [36, 2])
    hidden = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME"))
    pooled = tf.nn.max_pool2d(hidden, 2, 2, "SAME")
    loss = tf1.losses.mean_squared_error(y, tf.reshape(pooled, [-1, 36]) @ output)
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def net(kind):
    convolution = keras.layers.Conv2D(4, 3, padding="same", activation="relu", use_bias=False)
    behind = [keras.layers.Flatten(), keras.layers.Dense(2, use_bias=False)]
    return kind([keras.Input((6, 6, 1)), convolution, keras.layers.MaxPooling2D(2), *behind])


def compared(model):
    left_out = tuple(name for name in RUNGS if name not in ("weights", "forward", "predictions"))
    return parity.compare(model, reference=reference, batch_size=8, except_for=left_out)


@pytest.mark.parametrize("is_rewritten", [False, True])
def test_layers_in_another_order_may_swallow_what_is_not_finite(is_rewritten, monkeypatch):
    """A pool that is not behind a relu swallows NaN; so it may in an image that is NaN."""

    def predicted(state, images):
        finite = np.nan_to_num(images, nan=0, posinf=0)
        return (finite if state == "candidate" else images).reshape(len(images), -1).sum(1)

    side = SimpleNamespace(predict=predicted, predict_apart=predicted, takes_floats=True)
    ground = SimpleNamespace(
        reference=SimpleNamespace(**vars(side), names=SimpleNamespace(output="y")),
        candidate=side,
        batches=[SimpleNamespace(parts=None)],
        test=(np.ones((32, 4), np.float32), None),
        given=lambda images: images,
        is_rewritten=is_rewritten,
    )
    monkeypatch.setattr(predictions, "batch_sizes", lambda ground: [8])
    monkeypatch.setattr(predictions, "_compared", lambda *given: (None, None, "the others"))
    scene = SimpleNamespace(ground=ground, states=("reference", "candidate"))
    found = list(predictions._odd(scene))
    if is_rewritten:
        assert found == ["the others"]
    else:
        assert [finding.verdict for finding in found] == [DIFFERENT] * 2


def test_a_port_that_is_fed_bytes_is_fed_no_nan():
    batch = Batch(np.ones((2, 4), np.float32), np.zeros(2))
    fed = SimpleNamespace(
        batches=[batch],
        candidate=SimpleNamespace(takes_floats=True, skips_not_finite=False),
        as_given=lambda batch: Batch(batch.images.astype(np.uint8), batch.labels),
    )
    assert not list(not_finite.findings(fed))


class Trained(keras.Sequential):
    """As Keras' guide writes it: with a step of training, and none of evaluation."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


def test_a_model_without_an_evaluation_owes_none():
    model = net(Trained)
    model.compile("sgd")
    assert compared(model).verdict == "same"


class Remembering(keras.Model):
    """Keeps the last state of each batch, in prediction as well if it is told so."""

    def __init__(self, always):
        super().__init__()
        self.dense, self.always = keras.layers.Dense(3, "tanh", use_bias=False), always
        self.dense.build((None, 6))
        self.state = self.add_weight(shape=(4, 3), initializer="zeros", trainable=False)
        self.built = True
        self.compile(keras.optimizers.SGD(0.1), "mse")

    def call(self, x, training=False):
        output = self.dense(x) + self.state
        if training or self.always:
            self.state.assign(keras.ops.stop_gradient(output))
        return output


@pytest.mark.parametrize("always", [False, True])
def test_what_a_prediction_leaves(always):
    def build():
        x = tf1.placeholder(tf.float32, [4, 6], name="x")
        y = tf1.placeholder(tf.float32, [4, 3], name="y")
        state = tf1.get_variable(
            "state", [4, 3], initializer=tf1.zeros_initializer(), trainable=False
        )
        output = tf.tanh(tf.matmul(x, tf1.get_variable("kernel", [6, 3]))) + state
        step = tf1.train.GradientDescentOptimizer(0.1).minimize(
            tf1.losses.mean_squared_error(y, output)
        )
        with tf1.control_dependencies([output]):
            return {"train": tf.group(step, state.assign(output))}

    rungs = "weights", "forward", "steps", "predictions"
    left_out = tuple(name for name in RUNGS if name not in rungs)
    report = parity.compare(Remembering(always), reference=build, batch_size=4, except_for=left_out)
    assert report.verdict == ("different" if always else "same")
    note = "predict changes it, which an evaluation of the reference does not"
    assert not always or report.first[1].note == note


def test_a_reference_that_stops_at_a_nan_is_compared_without_one():
    def step(*arguments):
        raise tf.errors.InvalidArgumentError(None, None, "LossTensor is inf or nan")

    images = np.ones((4, 784), np.float32)
    stopping = SimpleNamespace(
        batches=[Batch(images, np.zeros(4, np.int64))],
        as_given=lambda batch: batch,
        scenes=[None, SimpleNamespace(states=({}, {}))],
        candidate=SimpleNamespace(takes_floats=True, skips_not_finite=False),
        reference=SimpleNamespace(step=step),
    )
    assert not list(not_finite.findings(stopping))


@pytest.mark.parametrize(
    ("only", "part", "of_output", "of_loss"),
    [(None, "a part", (16, 7), (16, 7)), (None, None, (16, 7), (20,)), (20, None, (20,), (20,))],
)
def test_a_loss_may_take_one_size_of_a_batch_alone(only, part, of_output, of_loss):
    """Weights of a sequence's steps have the size that a script chose, and its output any."""
    images = np.ones((20, 4))
    ground = SimpleNamespace(
        only_size=only, part=part, batches=[Batch(images, None)], test=(np.ones((30, 4)), None)
    )
    assert sizes.batch_sizes(ground) == of_output
    assert sizes.batch_sizes_of_loss(ground) == of_loss
