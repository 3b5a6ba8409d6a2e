"""What a port returns where nothing tells it: embeddings, side outputs, the loss of any batch."""

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

WIDTH, SIZE = 6, 4


def compared(port, build, *rungs):
    left_out = tuple(name for name in RUNGS if name not in ("weights", *rungs))
    return parity.compare(port, reference=build, steps=1, batch_size=16, except_for=left_out)


def triplet():
    kernel = tf1.get_variable("kernel", [WIDTH, SIZE])
    names = "anchor", "positive", "negative"
    images = [tf1.placeholder(tf.float32, [None, WIDTH], name) for name in names]
    a, p, n = (tf.nn.l2_normalize(tf.matmul(x, kernel), 1) for x in images)
    near, far = (tf.reduce_sum(tf.square(a - other), 1) for other in (p, n))
    loss = tf.reduce_mean(tf.maximum(near - far + 0.3, 0))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def margin(a, p, n):
    near, far = (tf.reduce_sum(tf.square(a - other), 1) for other in (p, n))
    return tf.nn.relu(near - far + 0.3)


class Triplet(keras.Model):
    """Returns three embeddings, which are not normalised in prediction if it is told so."""

    def __init__(self, normalises):
        super().__init__()
        self.dense, self.normalises = keras.layers.Dense(SIZE, use_bias=False), normalises
        self.unit = keras.layers.UnitNormalization(axis=1)
        self([tf.zeros((1, WIDTH))] * 3)
        self.compile(keras.optimizers.SGD(0.1))

    def call(self, inputs, training=None):
        embedded = tuple(self.dense(x) for x in inputs)
        always = training or self.normalises
        return tuple(self.unit(each) for each in embedded) if always else embedded

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(margin(*self(data[0], training=True)))
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}


def side_by_side():
    """The embeddings as one output, and a loss of it."""
    dense = keras.layers.Dense(SIZE, use_bias=False)
    images = [keras.Input((WIDTH,)) for _ in range(3)]
    embedded = [keras.layers.UnitNormalization(axis=1)(dense(x)) for x in images]
    model = keras.Model(images, keras.layers.Concatenate(axis=1)(embedded))
    model.compile(keras.optimizers.SGD(0.1), lambda y, e: margin(*tf.split(e, 3, axis=1)))
    return model


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("port", "verdict"),
    [
        (lambda: Triplet(True), "same"),
        (side_by_side, "same"),
        (lambda: Triplet(False), "different"),
    ],
)
def test_embeddings_are_what_the_port_returns_in_training(port, verdict):
    report = compared(port(), triplet, "forward", "loss")
    assert report.verdict == verdict
    assert report.first is None or report.first[1].tensor == "l2_normalize_2"


def siamese():
    """Labels say which pairs are near, and meet the distance of their embeddings."""
    kernel = tf1.get_variable("kernel", [WIDTH, SIZE])
    a, b = (tf1.placeholder(tf.float32, [None, WIDTH], name) for name in ("a", "b"))
    alike = tf1.placeholder(tf.float32, [None], name="alike")
    squared = tf.reduce_sum(tf.square(tf.tanh(a @ kernel) - tf.tanh(b @ kernel)), 1)
    loss = tf.reduce_mean(alike * squared + (1 - alike) * tf.nn.relu(1 - tf.sqrt(squared)))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


@pytest.mark.first(1)
@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "same"), (3.0, "different")])
def test_a_port_may_return_the_embeddings_that_a_distance_is_of(factor, verdict):
    def contrast(alike, embedded):
        a, b = tf.split(embedded, 2, axis=1)
        squared = tf.reduce_sum(tf.square(a - b), 1)
        alike = tf.reshape(tf.cast(alike, tf.float32), [-1])
        return alike * squared + (1 - alike) * tf.nn.relu(1 - tf.sqrt(squared))

    dense = keras.layers.Dense(SIZE, "tanh", use_bias=False)
    images = [keras.Input((WIDTH,)) for _ in range(2)]
    model = keras.Model(
        images, keras.layers.Concatenate(axis=1)([dense(x) * factor for x in images])
    )
    model.compile(keras.optimizers.SGD(0.1), contrast)
    report = compared(model, siamese, "forward", "loss", "predictions")
    assert report.verdict == verdict
    assert report.first is None or report.first[0].name == "forward"


def two_outputs(factor=1.0):
    x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
    hidden = tf.nn.relu(x @ tf1.get_variable("w", [WIDTH, 5]), name="hidden")
    tf.multiply(hidden @ tf1.get_variable("u", [5, 3]), factor, name="side")
    tf.add(hidden @ tf1.get_variable("v", [5, 2]), tf1.get_variable("b", [2]), name="main")


MAPPING = {
    "images": "x",
    "layers": {name: name for name in ("hidden", "side", "main")},
    "parameters": {name: name for name in "wuvb"},
}


def graph_with_two_outputs(factor):
    graph = tf.Graph()
    with graph.as_default():
        two_outputs(factor)
    return graph, {}


def model_with_two_outputs(factor):
    x = keras.Input((WIDTH,))
    hidden = keras.layers.Dense(5, "relu", use_bias=False)(x)
    side = keras.layers.Dense(3, use_bias=False)(hidden)
    return keras.Model(x, [keras.layers.Dense(2)(hidden), side * factor if factor != 1 else side])


@pytest.mark.parametrize("port", [graph_with_two_outputs, model_with_two_outputs])
@pytest.mark.parametrize("factor", [1.0, -7.0])
def test_a_side_output_is_what_the_port_returns_for_it(port, factor):
    left_out = tuple(name for name in RUNGS if name not in ("weights", "forward"))
    mapping = parity.Mapping(reference=MAPPING)
    report = parity.compare(
        port(factor), reference=two_outputs, mapping=mapping, except_for=left_out
    )
    assert report.verdict == ("same" if factor == 1 else "different")
    assert report.first is None or report.first[1].tensor == "side"


@pytest.mark.parametrize("is_fixed", [False, True])
def test_a_mean_of_a_batch_is_one_of_any_batch(is_fixed):
    def build():
        x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        loss = tf.reduce_mean(tf.square(x @ tf1.get_variable("w", [WIDTH, 3]) - y))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    def over_48(y, predicted):
        return tf.reduce_sum(tf.square(predicted - y)) / 48

    model = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(3, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.1), over_48 if is_fixed else "mse")
    report = compared(model, build, "loss")
    assert report.verdict == ("different" if is_fixed else "same")
    assert not is_fixed or report.first[1].cause == (
        "the loss is divided by 16, the size of a whole batch, in any batch"
    )


class PredictsTwo(keras.Model):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.hidden = keras.layers.Dense(5, "relu", use_bias=False)
        self.side, self.main = keras.layers.Dense(3, use_bias=False), keras.layers.Dense(2)

    def call(self, x):
        hidden = self.hidden(x)
        return {"main": self.main(hidden), "side": self.side(hidden)}

    def predict_step(self, x):
        outputs = self(x)
        return {**outputs, "side": outputs["side"] * self.factor}


@pytest.mark.parametrize("factor", [1.0, -7.0])
def test_every_output_is_predicted(factor):
    left_out = tuple(name for name in RUNGS if name not in ("weights", "predictions"))
    mapping = parity.Mapping(reference=MAPPING)
    port = PredictsTwo(factor)
    report = parity.compare(port, reference=two_outputs, mapping=mapping, except_for=left_out)
    assert report.verdict == ("same" if factor == 1 else "different")
    assert report.first is None or report.first[1].tensor == "side"


class OverSixteen(keras.Sequential):
    """Divides gradients by the size of a whole batch, whatever the size is."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            squares = tf.square(self(x, training=True) - y)
            total = tf.reduce_sum(squares) / 48
        gradients = tape.gradient(total, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": tf.reduce_mean(squares)}


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", [OverSixteen, keras.Sequential])
def test_a_step_with_a_smaller_batch(kind):
    def build():
        x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        loss = tf.reduce_mean(tf.square(x @ tf1.get_variable("w", [WIDTH, 3]) - y))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    model = kind([keras.Input((WIDTH,)), keras.layers.Dense(3, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    report = compared(model, build, "loss", "steps")
    assert report.verdict == ("different" if kind is OverSixteen else "same")
    assert report.first is None or report.first[0].name == "steps"
