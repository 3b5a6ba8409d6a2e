"""Steps of a port's own: several optimizers, rules that change at some step, late building."""

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.boundaries import steps_near
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow


def compared(port, build, *rungs, steps=1):
    left_out = tuple(name for name in RUNGS if name not in rungs)
    return parity.compare(
        port, reference=build, steps=steps, batch_size=8, validation_size=0, except_for=left_out
    )


def layers():
    """Placeholders, and two layers with a loss."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    w, v = (tf1.get_variable(name, shape) for name, shape in (("w", [4, 5]), ("v", [5, 3])))
    logits = tf.matmul(tf.tanh(tf.matmul(x, w)), v)
    return w, v, tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))


def stack(kind=keras.Sequential, optimizer=None):
    first = keras.layers.Dense(5, "tanh", use_bias=False)
    model = kind([keras.Input((4,)), first, keras.layers.Dense(3, use_bias=False)])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer or keras.optimizers.SGD(0.1), loss)
    return model


class Twofold(keras.Sequential):
    """Trains each of its layers by an optimizer of its own."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        variables = self.trainable_variables
        gradients = tape.gradient(loss, variables)
        self.optimizer.apply(gradients[:1], variables[:1])
        self.second.apply(gradients[1:], variables[1:])
        return {"loss": loss}


@pytest.mark.first(1)
@pytest.mark.parametrize(("rate", "verdict"), [(0.01, "same"), (0.02, "different")])
def test_two_optimizers_in_one_step(rate, verdict):
    def build():
        w, v, loss = layers()
        one = tf1.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[w])
        other = tf1.train.GradientDescentOptimizer(0.01).minimize(loss, var_list=[v])
        tf.group(one, other, name="train")

    model = stack(Twofold)
    model.second = keras.optimizers.SGD(rate)
    report = compared(model, build, "weights", "gradients", "steps")
    assert report.verdict == verdict
    assert report.first is None or report.first[1].tensor == "v"


class Late(keras.Model):
    """A model whose `build` leaves its layers to the first call."""

    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(5, "tanh", use_bias=False)
        self.last = keras.layers.Dense(3, use_bias=False)

    def build(self, shape):
        self.built = True

    def call(self, x):
        return self.last(self.first(x))


def test_layers_are_built_before_the_optimizer():
    def build():
        tf1.train.MomentumOptimizer(0.1, 0.9).minimize(layers()[-1])

    model = Late()
    model.build((None, 4))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss)
    assert compared(model, build, "weights", "gradients", "steps").verdict == "same"


def test_boundaries_of_a_schedule_are_found():
    with tf.Graph().as_default() as graph:
        step = tf1.get_variable("step", [], tf.int64, use_resource=False, trainable=False)
        rate = tf1.train.piecewise_constant(step, [700, 5000], [0.1, 0.2, 0.3])
        tf1.train.polynomial_decay(rate, step, 3000)
        tf1.less(tf1.get_variable("other", []), 77.0)
    near = [699, 700, 701, 2999, 3000, 3001, 4999, 5000, 5001]
    assert steps_near(graph, {"step": (0, 1)}) == near
    assert steps_near(graph, {"step": (-100, 100)})[:3] == [7, 8, 9]
    assert steps_near(graph, {"other": (0, 1)}) == [76, 77, 78]


@pytest.mark.parametrize(
    ("boundary", "verdict"),
    [(7000, "same"), pytest.param(5000, "different", marks=pytest.mark.slow), (6999, "different")],
)
def test_a_schedule_with_another_boundary_is_another_program(boundary, verdict):
    def build():
        step = tf1.train.get_or_create_global_step()
        rate = tf1.train.piecewise_constant(step, [7000], [0.1, 0.01])
        tf1.train.GradientDescentOptimizer(rate).minimize(layers()[-1], global_step=step)

    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([boundary], [0.1, 0.01])
    model = stack(optimizer=keras.optimizers.SGD(schedule))
    assert compared(model, build, "weights", "update").verdict == verdict


class Rated(keras.Sequential):
    """Computes its learning rate from the number of steps, in its training step."""

    decay = 0.9

    def train_step(self, data):
        steps = tf.cast(self.optimizer.iterations, tf.float32)
        self.optimizer.learning_rate.assign(0.1 * tf.pow(self.decay, tf.floor(steps / 100)))
        return super().train_step(data)


@pytest.mark.slow
def test_a_rate_that_a_step_assigns_belongs_to_the_update():
    def build():
        step = tf1.train.get_or_create_global_step()
        rate = tf1.train.exponential_decay(0.1, step, 100, 0.9, staircase=True)
        tf1.train.GradientDescentOptimizer(rate).minimize(layers()[-1], global_step=step)

    model = stack(Rated, keras.optimizers.SGD(0.5))
    assert compared(model, build, "weights", "update").verdict == "same"
    model = stack(Rated)
    model.decay = 0.8
    assert compared(model, build, "weights", "update").first[0].name == "update"


class Squared(keras.Sequential):
    """Counts its steps by squaring: 2, 4, 16, ..., which no clock knows."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.count = self.add_weight(shape=(), initializer="ones", trainable=False)
        self.count.assign(2.0)

    def train_step(self, data):
        self.count.assign(self.count * self.count)
        self.optimizer.learning_rate.assign(tf.where(self.count > 1e9, 0.5, 0.1))
        return super().train_step(data)


@pytest.mark.slow
def test_what_counts_steps_as_no_clock_knows_leaves_later_steps_uncompared():
    def build():
        tf1.train.GradientDescentOptimizer(0.1).minimize(layers()[-1])

    report = compared(stack(Squared), build, "weights", "update", "steps")
    assert report.verdict == "same as far as compared"
    assert {name.partition(" (")[0] for name in report.uncompared} == {"update", "steps"}
    assert compared(stack(), build, "weights", "update", "steps").verdict == "same"


class Lowered(keras.Sequential):
    """Lowers its learning rate after each step."""

    def train_step(self, data):
        metrics = super().train_step(data)
        self.optimizer.learning_rate.assign(self.optimizer.learning_rate * 0.9)
        return metrics


def test_a_rate_that_a_step_assigns_for_the_next_does_not_belong_to_the_update():
    def build():
        tf1.train.GradientDescentOptimizer(0.1).minimize(layers()[-1])

    report = compared(stack(Lowered, keras.optimizers.SGD(0.1)), build, "update", "steps", steps=2)
    assert report.first[0].name == "steps" and report.first[1].step == 2
    assert "the learning rate is 0.081 after 2 steps" in report.first[1].cause


class Clipping(keras.Model):
    """Clips gradients in a step of its own."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(self.clip(gradients), self.trainable_variables)
        return {"loss": loss}


class Gain(keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(shape=(), initializer="ones", name="gain")

    def call(self, x):
        return x * self.gain


#: What a port does to gradients -> the cause of the difference.
CLIPS = {
    "global norm": (lambda gradients: tf.clip_by_global_norm(gradients, 0.5)[0], ""),
    "global norm, by hand": (
        lambda gradients: [
            g * tf.minimum(1.0, 0.5 / tf.linalg.global_norm(gradients)) for g in gradients
        ],
        "",
    ),
    "nothing": (
        lambda gradients: gradients,
        "the clipping of gradients by global norm at 0.5 is missing",
    ),
    "another bound": (
        lambda gradients: tf.clip_by_global_norm(gradients, 0.01)[0],
        "the constant clip_by_global_norm/truediv_1/y is 0.01 instead of 0.5",
    ),
    "norm": (
        lambda gradients: [tf.clip_by_norm(g, 0.5) for g in gradients],
        "gradients are clipped by the norm of each at 0.5 instead of by global norm at 0.5",
    ),
    "value": (
        lambda gradients: [tf.clip_by_value(g, -0.5, 0.5) for g in gradients],
        "gradients are clipped by value at 0.5 instead of by global norm at 0.5",
    ),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("clip", CLIPS)
def test_clipping_in_a_step_that_does_not_clip_the_first_gradients(clip):
    def build():
        x = tf1.placeholder(tf.float32, [None, 4], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        w, v = (tf1.get_variable(name, shape) for name, shape in (("w", [4, 5]), ("v", [5, 3])))
        gain = tf1.get_variable("gain", [], initializer=tf1.ones_initializer())
        logits = tf.matmul(tf.tanh(tf.matmul(x, w)) * gain, v)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
        variables = tf1.trainable_variables()
        gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 0.5)
        optimizer = tf1.train.AdamOptimizer(0.01)
        optimizer.apply_gradients(zip(gradients, variables, strict=True), name="train")

    images = keras.Input((4,))
    hidden = Gain()(keras.layers.Dense(5, "tanh", use_bias=False)(images))
    model = Clipping(images, keras.layers.Dense(3, use_bias=False)(hidden))
    model.clip, cause = CLIPS[clip]
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01, epsilon=1e-8), loss)
    report = compared(model, build, "weights", "gradients", "update")
    assert report.verdict == ("different" if cause else "same")
    assert not cause or report.first[1].cause == cause


def test_gradients_that_are_handed_over_in_a_branch():
    def build():
        _, _, loss = layers()
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    scaled = stack(optimizer=keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)))
    assert compared(scaled, build, "weights", "gradients", "update").verdict == "same"
