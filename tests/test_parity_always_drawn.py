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


def judged():
    """A discriminator that drops units always, for real and for made images."""
    real = tf1.placeholder(tf.float32, [None, WIDTH], name="real")
    noise = tf1.placeholder(tf.float32, [None, 2], name="noise")
    a, b = tf1.get_variable("a", [WIDTH, 8]), tf1.get_variable("b", [8, 1])
    made = tf.tanh(noise @ tf1.get_variable("made", [2, WIDTH]))
    judge = [tf.nn.dropout(tf.nn.relu(x @ a), rate=0.3) @ b for x in (real, made)]
    wanted = [(judge[0], 1.0), (judge[1], 0.0)], [(judge[1], 1.0)]
    for terms, variables in zip(wanted, ([a, b], tf1.trainable_variables("made")), strict=True):
        loss = tf.add_n([crossed(*term) for term in terms])
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=variables)


def crossed(logits, label):
    labels = tf.ones_like(logits) * label
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))


class Judging(keras.Model):
    def train_step(self, data):
        for wanted, at in ([1.0, 0.0], slice(0, 2)), ([None, 1.0], slice(2, 3)):
            with tf.GradientTape() as tape:
                outputs = self(data[0], training=True)
                pairs = zip(outputs, wanted, strict=True)
                loss = tf.add_n([crossed(*pair) for pair in pairs if pair[1] is not None])
            variables = self.trainable_variables[at]
            step = zip(tape.gradient(loss, variables), variables, strict=True)
            for gradient, variable in step:
                variable.assign_sub(0.1 * gradient)
        return {"loss": loss}


def test_what_is_returned_is_known_when_noise_is_paired():
    real, noise = keras.Input((WIDTH,)), keras.Input((2,))
    a, b = (keras.layers.Dense(size, use_bias=False) for size in (8, 1))
    a(real)
    b(keras.Input((8,)))
    made = keras.layers.Dense(WIDTH, "tanh", use_bias=False)(noise)
    judge = [b(AlwaysDropout(0.3)(keras.ops.relu(a(x)))) for x in (real, made)]
    model = Judging([real, noise], judge)
    model.compile()
    left_out = tuple(rung for rung in RUNGS if rung not in ("weights", "forward"))
    report = parity.compare(model, reference=judged, batch_size=16, except_for=left_out)
    assert report.verdict == "same", report.first
