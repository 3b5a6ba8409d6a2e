"""Variables of one shape are told apart by the values of the layers; several may be one."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from legacy_cnn import parity
from legacy_cnn.parity.pairing import Variable, by_number

pytestmark = pytest.mark.tensorflow


def two_branches():
    v1 = tf.compat.v1
    x = v1.placeholder(tf.float32, [None, 6], "x")
    y = v1.placeholder(tf.float32, [None, 2], "y")

    def dense(name, of, units):
        w = v1.get_variable(
            f"{name}_w", [of.shape[1], units], initializer=v1.random_normal_initializer()
        )
        b = v1.get_variable(f"{name}_b", [units], initializer=v1.random_normal_initializer())
        return tf.matmul(of, w) + b

    both = tf.concat([tf.nn.relu(dense("first", x, 6)), tf.tanh(dense("second", x, 6))], 1)
    scores = dense("scores", both, 2)
    loss = tf.reduce_mean(tf.reduce_sum(tf.square(scores - y), 1), name="loss")
    v1.train.GradientDescentOptimizer(0.01).minimize(loss)


class OtherWayRound(keras.Model):
    """Declares and uses the second branch first."""

    def __init__(self, is_wrong=False):
        super().__init__()
        normal = keras.initializers.RandomNormal(stddev=1.0)
        options = {"kernel_initializer": normal, "bias_initializer": normal}
        self.curved = keras.layers.Dense(6, "tanh", **options)
        self.bent = keras.layers.Dense(6, "sigmoid" if is_wrong else "relu", **options)
        self.scores = keras.layers.Dense(2, **options)

    def call(self, x):
        curved = self.curved(x)
        return self.scores(ops.concatenate([self.bent(x), curved], 1))


def squared(wanted, scores):
    return ops.mean(ops.sum(ops.square(scores - wanted), 1))


def compared(is_wrong=False):
    model = OtherWayRound(is_wrong)
    model(np.zeros((1, 6), np.float32))
    model.compile(keras.optimizers.SGD(0.01), squared)
    return parity.compare(model, reference=two_branches, steps=2, batch_size=8)


def test_branches_in_another_order_are_the_same_program():
    assert compared().verdict == "same"


def test_a_wrong_branch_is_found_in_its_place():
    rung, finding = compared(is_wrong=True).first
    assert (rung.name, finding.tensor) == ("forward", "Relu"), finding


def both_directions():
    v1 = tf.compat.v1
    x = v1.placeholder(tf.float32, [None, 3, 2], "x")
    y = v1.placeholder(tf.float32, [None, 8], "y")

    def passed(name, parts):
        w = v1.get_variable(f"{name}/w", [6, 4])
        b = v1.get_variable(f"{name}/b", [4], initializer=v1.zeros_initializer())
        h, outputs = tf.zeros([tf.shape(x)[0], 4]), []
        for part in parts:
            h = tf.tanh(tf.concat([part, h], 1) @ w + b)
            outputs.append(h)
        return outputs

    parts = tf.unstack(x, axis=1)
    last = tf.concat([passed("forward", parts)[-1], passed("backward", parts[::-1])[-1]], 1)
    loss = tf.reduce_mean(tf.square(last - y), name="loss")
    v1.train.GradientDescentOptimizer(0.01).minimize(loss)


@pytest.mark.slow
def test_cells_that_a_port_uses_in_another_order_are_the_same_program():
    initializers = [keras.initializers.RandomUniform(-1.0, 1.0, seed=at) for at in range(2)]
    cells = [
        keras.layers.SimpleRNN(4, go_backwards=is_backwards, kernel_initializer=initializers[0],
                               recurrent_initializer=initializers[1])
        for is_backwards in (False, True)
    ]  # fmt: skip
    x = keras.Input((3, 2))
    backward = ops.tanh(ops.arctanh(cells[1](x)))  # deeper: Keras lists it first
    model = keras.Model(x, ops.concatenate([cells[0](x), backward], 1))
    model.compile(keras.optimizers.SGD(0.01), "mse")
    report = parity.compare(model, reference=both_directions, steps=1, quick=True)
    assert report.verdict == "same as far as compared"


def highway():
    """Layers of which each carries a part of its input on, as its gate tells."""
    v1 = tf.compat.v1
    x = v1.placeholder(tf.float32, [None, 6], "x")
    y = v1.placeholder(tf.float32, [None, 6], "y")

    def dense(name, of):
        begin = v1.random_normal_initializer(stddev=0.5)
        w = v1.get_variable(f"{name}_w", [6, 6], initializer=begin)
        return of @ w + v1.get_variable(f"{name}_b", [6], initializer=begin)

    h = x
    for at in range(4):
        made = tf.nn.relu(dense(f"made_{at}", h))
        gate = tf.sigmoid(dense(f"gate_{at}", h))
        h = made * gate + h * (1 - gate)
    loss = tf.reduce_mean(tf.reduce_sum(tf.square(h - y), 1), name="loss")
    v1.train.GradientDescentOptimizer(0.01).minimize(loss)


def highway_port(is_wrong=False):
    """Makes each gate before the layer that it is for."""
    normal = keras.initializers.RandomNormal(stddev=0.5)
    options = {"kernel_initializer": normal, "bias_initializer": normal}
    h = x = keras.Input((6,))
    for at in range(4):
        gate = keras.layers.Dense(6, "sigmoid", **options)(h)
        made = keras.layers.Dense(6, "elu" if is_wrong and at == 2 else "relu", **options)(h)
        h = made * gate + h * (1 - gate)
    model = keras.Model(x, h)
    model.compile(keras.optimizers.SGD(0.01), squared)
    return model


@pytest.mark.parametrize("is_wrong", [False, True])
def test_gates_that_are_made_first_in_each_of_many_layers(is_wrong):
    report = parity.compare(highway_port(is_wrong), reference=highway, steps=2, batch_size=8)
    if not is_wrong:
        assert report.verdict == "same"
        return
    rung, finding = report.first
    assert (rung.name, finding.tensor) == ("forward", "Relu_2"), finding


def shortcut():
    """A normalisation on each of two ways; the kernels differ in shape, the scales do not."""
    v1 = tf.compat.v1
    x = v1.placeholder(tf.float32, [None, 6], "x")
    y = v1.placeholder(tf.float32, [None, 4], "y")

    def scaled(name, of):
        kernel = v1.get_variable(f"{name}/kernel", [of.shape[1], 4])
        scale = v1.get_variable(f"{name}/scale", [4], initializer=v1.ones_initializer())
        shift = v1.get_variable(f"{name}/shift", [4], initializer=v1.zeros_initializer())
        return scale * (of @ kernel) + shift

    short = scaled("short", x)
    h = tf.nn.relu(scaled("long", x[:, :3]))
    loss = tf.reduce_mean(tf.reduce_sum(tf.square(h + short - y), 1), name="loss")
    v1.train.GradientDescentOptimizer(0.1).minimize(loss)


class Scaled(keras.layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 4), initializer="glorot_uniform")
        self.scale = self.add_weight(shape=(4,), initializer="ones")
        self.shift = self.add_weight(shape=(4,), initializer="zeros")

    def call(self, x):
        return self.scale * (x @ self.kernel) + self.shift


def test_scales_of_ones_are_told_apart():
    """They begin alike: which is which shows only when they do not."""
    x = keras.Input((6,))
    h = keras.layers.ReLU()(Scaled()(x[:, :3]))  # deeper: Keras lists it first
    model = keras.Model(x, h + Scaled()(x))
    model.compile(keras.optimizers.SGD(0.1), squared)
    generator = np.random.default_rng(0)
    begin = {}
    for name, size in (("short", 6), ("long", 3)):
        begin[f"{name}/kernel"] = generator.normal(size=(size, 4)).astype(np.float32)
        begin[f"{name}/scale"] = np.ones(4, np.float32)
        begin[f"{name}/shift"] = np.zeros(4, np.float32)
    report = parity.compare(model, reference=shortcut, weights=begin, steps=2, batch_size=8)
    assert report.verdict == "same"


def test_layers_are_told_apart_by_their_numbers():
    names = ["dense_2/kernel", "dense_10/kernel", "a/kernel", "dense/kernel", "dense_2/bias", "w"]
    variables = [Variable(at, name, (3,), "float32", True) for at, name in enumerate(names)]
    assert [one.name for one in by_number(variables)] == [
        "dense/kernel", "dense_2/kernel", "a/kernel", "dense_10/kernel", "dense_2/bias", "w",
    ]  # fmt: skip
