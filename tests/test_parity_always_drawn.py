"""Noise that the reference draws outside of training, too."""

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

WIDTH = 6


def always_dropped():
    x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    hidden = tf.nn.relu(x @ tf1.get_variable("w", [WIDTH, 8]), name="hidden")
    output = tf.nn.dropout(hidden, rate=0.3) @ tf1.get_variable("v", [8, 3])
    loss = tf.reduce_mean(tf.square(output - y))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


class Dropping(keras.Model):
    def __init__(self, drop):
        super().__init__()
        self.first = keras.layers.Dense(8, "relu", use_bias=False)
        self.last = keras.layers.Dense(3, use_bias=False)
        self.drop, self.seed = drop, keras.random.SeedGenerator(1)
        self(tf.zeros((1, WIDTH)))
        self.compile(keras.optimizers.SGD(0.1), "mse")

    def call(self, x, training=False):
        return self.last(self.drop(self.first(x), training, self.seed))


class AlwaysDropout(keras.layers.Dropout):
    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


def always(hidden, training, seed):
    return keras.random.dropout(hidden, 0.3, seed=seed)


def in_training(hidden, training, seed):
    return keras.random.dropout(hidden, 0.3, seed=seed) if training else hidden


def of_normal_numbers(hidden, training, seed):
    kept = keras.random.normal(keras.ops.shape(hidden), seed=seed) > -0.5244005  # the 0.3 quantile
    return hidden * keras.ops.cast(kept, "float32") / 0.7


def compared(port, *rungs):
    left_out = tuple(name for name in RUNGS if name not in ("weights", *rungs))
    return parity.compare(port, reference=always_dropped, batch_size=16, except_for=left_out)


@pytest.mark.first(1)
@pytest.mark.parametrize("rung", ["forward", "predictions"])
def test_a_port_that_draws_alike_is_given_the_same(rung):
    assert compared(Dropping(always), rung).verdict == "same"


@pytest.mark.first(1)
@pytest.mark.parametrize("rung", ["forward", "predictions"])
def test_a_port_that_draws_nothing_outside_of_training_is_another_program(rung):
    report = compared(Dropping(in_training), rung)
    assert report.verdict == "different"
    name, finding = report.first
    assert (name.name, finding.tensor) == (rung, "matmul_1")
    assert finding.cause.startswith("the reference draws dropout/random_uniform/RandomUniform")


def test_what_cannot_be_fed_is_not_compared():
    report = compared(Dropping(of_normal_numbers), "forward")
    assert report.verdict == "same as far as compared"
    reasons = [rung.reason for rung in report.rungs if rung.name == "forward"]
    assert "draws them in another form" in reasons[0]


def test_a_graph_is_fed_as_well():
    graph = tf.Graph()
    with graph.as_default():
        always_dropped()
    assert compared((graph, {}), "forward").verdict == "same"


def test_noise_of_a_whole_sequence_is_that_of_its_steps():
    def unrolled():
        x = tf1.placeholder(tf.float32, [None, 4, 2], name="x")
        kernel = tf1.get_variable("kernel", [2, 3])
        steps = [tf.nn.dropout(part @ kernel, rate=0.25) for part in tf.unstack(x, axis=1)]
        tf.tanh(tf.stack(steps, axis=1), name="output")

    x = keras.Input((4, 2))
    dropped = AlwaysDropout(0.25)(keras.layers.Dense(3, use_bias=False)(x))
    model = keras.Model(x, keras.ops.tanh(dropped))
    report = parity.compare(model, reference=unrolled, batch_size=16)
    forward = next(rung for rung in report.rungs if rung.name == "forward")
    assert forward.status == "passed"
    assert max(f.figures.absolute for f in forward.findings if f.tensor == "output") < 1e-5
