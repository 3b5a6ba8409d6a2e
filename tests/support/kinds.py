"""Small Keras models of many kinds, compiled, each with data for a few steps."""

from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers, optimizers

STEPS, BATCH = 3, 4
_GENERATOR = np.random.default_rng(0)
ROWS = _GENERATOR.standard_normal((STEPS * BATCH, 6), np.float32)
IMAGES = _GENERATOR.standard_normal((STEPS * BATCH, 6, 6, 1), np.float32)
SERIES = _GENERATOR.standard_normal((STEPS * BATCH, 3, 4), np.float32)
WORDS = _GENERATOR.integers(0, 9, (STEPS * BATCH, 3))
LABELS = _GENERATOR.integers(0, 3, STEPS * BATCH)
WEIGHTS = _GENERATOR.random(STEPS * BATCH, np.float32)

#: Name -> function that returns an `Example`.
KINDS = {}


class Example(NamedTuple):
    """A compiled model, and what its `fit` is given."""

    model: Any
    x: Any
    y: Any
    sample_weight: Any = None


def kind(function):
    KINDS[function.__name__] = function
    return function


def example(model, x=ROWS, optimizer="sgd", metrics=None, sample_weight=None):
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=metrics)
    return Example(model, x, LABELS, sample_weight)


def sequence(*parts, x=ROWS):
    return keras.Sequential(
        [keras.Input(x.shape[1:], dtype=x.dtype.name), *parts, layers.Dense(3, "softmax")]
    )


def softmax(optimizer):
    return example(sequence(), optimizer=optimizer)


@kind
def dense_and_dropout():
    parts = layers.Dense(8, "relu"), layers.Dropout(0.3)
    return example(sequence(*parts), optimizer="adam", metrics=["accuracy"])


@kind
def convolution():
    parts = layers.Conv2D(3, 3, activation="relu"), layers.MaxPool2D(), layers.Flatten()
    return example(sequence(*parts, x=IMAGES), IMAGES, metrics=["accuracy"])


@kind
def batch_normalization():
    parts = layers.Conv2D(3, 3), layers.BatchNormalization(), layers.GlobalMaxPooling2D()
    return example(sequence(*parts, x=IMAGES), IMAGES)


@kind
def lstm():
    return example(sequence(layers.LSTM(3), x=SERIES), SERIES)


@kind
def unrolled_gru_with_recurrent_dropout():
    part = layers.GRU(2, unroll=True, recurrent_dropout=0.2)
    return example(sequence(part, x=SERIES), SERIES)


@kind
def attention():
    """TensorFlow rewrites its layer normalization by shapes that it is sure of."""
    words = keras.Input([3], dtype="int64")
    part = layers.Embedding(9, 4)(words)
    attended = layers.MultiHeadAttention(2, 2, dropout=0.1)(part, part)
    part = layers.LayerNormalization()(part + attended)
    output = layers.Dense(3, "softmax")(layers.GlobalMaxPooling1D()(part))
    return example(keras.Model(words, output), WORDS)


@kind
def normalization():
    """Captures its mean and variance as constants."""
    part = layers.Normalization()
    part.adapt(ROWS)
    return example(sequence(part))


@kind
def words_in_a_table():
    part = layers.StringLookup(vocabulary=["a", "b"])
    text = np.array([["a", "b"], ["c", "a"], ["b", "b"], ["a", "c"]] * STEPS, object)
    model = keras.Sequential([keras.Input([2], dtype="string"), part, layers.Embedding(3, 2)])
    model.add(layers.Flatten())
    model.add(layers.Dense(3, "softmax"))
    return example(model, tf.constant(text))


@kind
def decay_and_global_norm_and_average():
    decay = optimizers.schedules.ExponentialDecay(0.1, 2, 0.9)
    average = {"use_ema": True, "ema_overwrite_frequency": 2}
    return softmax(optimizers.SGD(decay, 0.9, global_clipnorm=0.5, **average))


@kind
def accumulated_gradients():
    return softmax(optimizers.Adam(gradient_accumulation_steps=2))


@kind
def mixed_precision():
    half, single = keras.DTypePolicy("mixed_float16"), keras.Input([6])
    output = layers.Dense(3, "softmax", dtype="float32")(layers.Dense(4, dtype=half)(single))
    optimizer = optimizers.LossScaleOptimizer(optimizers.Adam(), dynamic_growth_steps=2)
    return example(keras.Model(single, output), optimizer=optimizer)


class TwoSteps(keras.Model):
    """Two steps of its optimizer in one step of `fit`, and a counter of Python's own."""

    def __init__(self):
        super().__init__()
        self.dense, self.calls = layers.Dense(3, "softmax"), 0

    def call(self, x):
        self.calls += 1
        return self.dense(x)

    def train_step(self, data):
        for _ in range(2):
            loss = self.step(*data)
        return {"twice": loss}

    def step(self, x, y, optimizer=None):
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        optimizer = optimizer or self.optimizer
        optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return loss


@kind
def subclass_with_two_steps_in_one():
    return example(TwoSteps())


class DecoratedStep(TwoSteps):
    """As its base, in a loop that TensorFlow runs."""

    @tf.function
    def train_step(self, data):
        loss = 0.0
        for _ in tf.range(2):
            loss = self.step(*data)
        return {"twice": loss}


@kind
def decorated_step():
    return example(DecoratedStep(), optimizer="adam")


class LoopInTheStep(TwoSteps):
    """As its base, in a loop within a function, with an optimizer that is made whole in there."""

    def __init__(self):
        super().__init__()
        self.second = optimizers.Adam()

    def train_step(self, data):
        return {"twice": self.repeated(*data)}

    @tf.function
    def repeated(self, x, y):
        loss = 0.0
        for _ in tf.range(2):
            loss = self.step(x, y, self.second)
        return loss


@kind
def decorated_loop_in_the_step():
    return example(LoopInTheStep())


@tf.function
def halved(x):
    while tf.reduce_max(x) > 0.5:
        x /= 2.0
    return x


class Halved(layers.Layer):
    def call(self, x):
        return halved(x)


@kind
def decorated_loop_in_a_layer():
    return example(sequence(Halved()))


class NumPy(layers.Layer):
    """A function that TensorFlow cannot see into."""

    def call(self, x):
        doubled = tf.numpy_function(lambda array: array * np.float32(2), [x], tf.float32)
        return x + tf.stop_gradient(tf.ensure_shape(doubled, x.shape))


@kind
def numpy_function():
    return example(sequence(NumPy()))


@kind
def sample_weights():
    return example(sequence(), metrics=["accuracy"], sample_weight=WEIGHTS)


@kind
def dicts_in_and_out():
    inputs = {"rows": keras.Input([6], name="rows"), "series": keras.Input([3, 4], name="series")}
    joined = layers.Concatenate()([inputs["rows"], layers.Flatten()(inputs["series"])])
    names = {
        "label": layers.Dense(3, "softmax", name="label"),
        "size": layers.Dense(1, name="size"),
    }
    model = keras.Model(inputs, {name: layer(joined) for name, layer in names.items()})
    model.compile("sgd", {"label": "sparse_categorical_crossentropy", "size": "mse"})
    y = {"label": LABELS, "size": ROWS[:, :1]}
    return Example(model, {"rows": ROWS, "series": SERIES}, y)


class Distributed(TwoSteps):
    """Wants to be run by a strategy."""

    def train_step(self, data):
        assert tf.distribute.has_strategy() and not tf.distribute.in_cross_replica_context()
        return super().train_step(data)


@kind
def one_device():
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        return example(Distributed())


@kind
def mirrored_on_one_device():
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        return batch_normalization()
