"""Dropout inside of the loop of a recurrent network: fed from outside, or said."""

import warnings

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.errors import ParityError
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

STEPS, WIDTH, UNITS, KEEP = 5, 4, 3, 0.6


def dropped(x, keep):
    """As a DropoutWrapper of TensorFlow 1 has it."""
    return x / keep * tf.floor(keep + tf1.random_uniform(tf.shape(x)))


def reference():
    """A recurrent network whose inputs and outputs are dropped in each step of its loop."""
    x = tf1.placeholder(tf.float32, [None, STEPS, WIDTH], name="x")
    y = tf1.placeholder(tf.float32, [None, 2], name="y")
    keep = tf1.placeholder(tf.float32, [], name="keep_prob")
    names = ("kernel", [WIDTH, UNITS]), ("recurrent", [UNITS, UNITS]), ("last", [UNITS, 2])
    kernel, recurrent, last = (tf1.get_variable(name, shape) for name, shape in names)
    rows = tf.transpose(x, [1, 0, 2])

    def step(time, state, total):
        given = dropped(tf.ensure_shape(rows[time], [None, WIDTH]), keep)
        state = tf.tanh(given @ kernel + state @ recurrent)
        return time + 1, state, total + dropped(state, keep)

    start = tf.zeros([tf.shape(x)[0], UNITS])
    shapes = [tf.TensorShape([]), *[tf.TensorShape([None, UNITS])] * 2]
    _, _, total = tf1.while_loop(lambda time, *_: time < STEPS, step, [0, start, start], shapes)
    loss = tf.reduce_mean(tf.square(total @ last - y))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


class Own(keras.layers.Layer):
    """A cell that drops in each step, inside of Keras' loop."""

    def __init__(self):
        super().__init__()
        self.cell = keras.layers.SimpleRNNCell(UNITS, use_bias=False)
        self.state_size = self.output_size = UNITS

    def build(self, shape):
        self.cell.build(shape)

    def call(self, x, states, training=False):
        output, states = self.cell(tf.nn.dropout(x, 1 - KEEP) if training else x, states)
        return tf.nn.dropout(output, 1 - KEEP) if training else output, states


def port(inputs=1 - KEEP, outputs=1 - KEEP, cell=None):
    x = hidden = keras.Input((STEPS, WIDTH))
    if inputs:
        hidden = keras.layers.Dropout(inputs)(hidden)
    layer = keras.layers.SimpleRNN(UNITS, use_bias=False, return_sequences=True)
    hidden = keras.layers.RNN(cell(), return_sequences=True)(x) if cell else layer(hidden)
    if outputs:
        hidden = keras.layers.Dropout(outputs)(hidden)
    total = keras.ops.sum(hidden, axis=1)
    model = keras.Model(x, keras.layers.Dense(2, use_bias=False)(total))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def of_last_step():
    """A recurrent network whose outputs are dropped in each step, and of which the last is used."""
    x = tf1.placeholder(tf.float32, [None, STEPS, WIDTH], name="x")
    y = tf1.placeholder(tf.float32, [None, UNITS], name="y")
    keep = tf1.placeholder(tf.float32, [], name="keep_prob")
    kernel = tf1.get_variable("kernel", [WIDTH, UNITS])
    recurrent = tf1.get_variable("recurrent", [UNITS, UNITS])
    rows = tf.transpose(x, [1, 0, 2])

    def step(time, state, _):
        given = tf.ensure_shape(rows[time], [None, WIDTH])
        state = tf.tanh(given @ kernel + state @ recurrent)
        return time + 1, state, dropped(state, keep)

    start = tf.zeros([tf.shape(x)[0], UNITS])
    shapes = [tf.TensorShape([]), *[tf.TensorShape([None, UNITS])] * 2]
    _, _, last = tf1.while_loop(lambda time, *_: time < STEPS, step, [0, start, start], shapes)
    tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(last - y)))


def compared(model, batch_size, reference=reference):
    rungs = "weights", "forward", "dropout", "loss", "gradients"
    left_out = tuple(name for name in RUNGS if name not in rungs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a dense gradient may take memory
        return parity.compare(
            model,
            reference=reference,
            feeds={"keep_prob": [KEEP, 1.0]},
            batch_size=batch_size,
            except_for=left_out,
        )


@pytest.mark.first(1)
@pytest.mark.parametrize("batch_size", [8, STEPS])
def test_noise_of_a_loop_is_fed_step_by_step(batch_size):
    assert compared(port(), batch_size).verdict == "same"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "cause"),
    [({"inputs": 0}, ""), ({"outputs": 0.3}, "while drops 0.4 of its units, the port 0.3")],
)
def test_dropout_of_a_loop_that_the_port_has_otherwise(wrong, cause):
    report = compared(port(**wrong), 8)
    assert report.verdict == "different" and report.first[0].name == "dropout"
    assert report.first[1].cause.replace("/", "") == cause


@pytest.mark.slow
def test_what_draws_in_a_loop_of_the_port_is_said():
    with pytest.raises(ParityError, match=r"draws random numbers inside of .*, in a loop"):
        compared(port(0, 0, cell=Own), 8)


@pytest.mark.parametrize(
    ("rate", "verdict"),
    [(1 - KEEP, "same"), pytest.param(0.3, "different", marks=pytest.mark.slow)],
)
def test_a_port_may_draw_for_the_last_step_alone(rate, verdict):
    x = keras.Input((STEPS, WIDTH))
    last = keras.layers.Dropout(rate)(keras.layers.SimpleRNN(UNITS, use_bias=False)(x))
    model = keras.Model(x, last)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    report = compared(model, 8, of_last_step)
    assert report.verdict == verdict
    assert report.first is None or report.first[0].name == "dropout"


def both_ways():
    """Two recurrent networks, forward and backward, whose inputs are dropped in each step."""
    x = tf1.placeholder(tf.float32, [None, STEPS, WIDTH], name="x")
    y = tf1.placeholder(tf.float32, [None, 2], name="y")
    keep = tf1.placeholder(tf.float32, [], name="keep_prob")
    states = []
    for name, axes in ("forward", []), ("backward", [0]):
        kernel = tf1.get_variable(f"{name}/kernel", [WIDTH, UNITS])
        recurrent = tf1.get_variable(f"{name}/recurrent", [UNITS, UNITS])
        rows = tf.reverse(tf.transpose(x, [1, 0, 2]), axes)

        def step(time, state, rows=rows, kernel=kernel, recurrent=recurrent):
            given = dropped(tf.ensure_shape(rows[time], [None, WIDTH]), keep)
            return time + 1, tf.tanh(given @ kernel + state @ recurrent)

        start = tf.zeros([tf.shape(x)[0], UNITS])
        shapes = [tf.TensorShape([]), tf.TensorShape([None, UNITS])]
        _, state = tf1.while_loop(lambda time, *_: time < STEPS, step, [0, start], shapes)
        states.append(state)
    output = tf.concat(states, 1) @ tf1.get_variable("last", [2 * UNITS, 2])
    loss = tf.reduce_mean(tf.square(output - y))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


@pytest.mark.slow
@pytest.mark.parametrize("is_backward_first", [False, True])
def test_noise_of_a_backward_loop_may_be_drawn_in_the_order_of_the_input(is_backward_first):
    x = keras.Input((STEPS, WIDTH))
    states = {
        backward: keras.layers.SimpleRNN(UNITS, use_bias=False, go_backwards=backward)(
            keras.layers.Dropout(1 - KEEP)(x)
        )
        for backward in (is_backward_first, not is_backward_first)
    }
    output = keras.layers.Dense(2, use_bias=False)(
        keras.layers.Concatenate()([states[False], states[True]])
    )
    model = keras.Model(x, output)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    rungs = "weights", "forward", "dropout", "loss", "gradients", "steps"
    report = parity.compare(
        model,
        reference=both_ways,
        feeds={"keep_prob": [KEEP, 1.0]},
        batch_size=8,
        except_for=tuple(name for name in RUNGS if name not in rungs),
    )
    assert report.verdict == "same"


class Unrolled(keras.Model):
    """A network without a loop, which draws masks by its own for each step."""

    def __init__(self, seed=None):
        super().__init__()
        self.cell = keras.layers.SimpleRNNCell(UNITS, use_bias=False)
        self.last = keras.layers.Dense(2, use_bias=False)
        self.seed = keras.random.SeedGenerator(1) if seed is None else seed
        self(tf.zeros((1, STEPS, WIDTH)))
        self.compile(keras.optimizers.SGD(0.1), "mse")

    def call(self, x, training=False):
        def dropped(value):
            rate = 1 - KEEP if training else 0.0
            return keras.random.dropout(value, rate, seed=self.seed) if rate else value

        state = total = keras.ops.zeros((keras.ops.shape(x)[0], UNITS))
        for step in range(STEPS):
            _, [state] = self.cell(dropped(x[:, step]), [state])
            total += dropped(state)
        return self.last(total)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "verdict"), [(None, "same"), (7, "different")])
def test_a_port_may_draw_for_each_step(seed, verdict):
    report = compared(Unrolled(seed), 8)
    assert report.verdict == verdict
    assert report.first is None or report.first[0].name == "dropout"
