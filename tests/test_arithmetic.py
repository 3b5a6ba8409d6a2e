"""The graph against NumPy oracles, layer by layer, and one Adam step by parameter.

Tolerances are relative to the largest value of an array: float32 sums of k terms of one size err
by about sqrt(k) half-units in the last place (6e-8), and k is 25, 800, 3136 and 1024 here. 1e-5
leaves an order of magnitude above what was seen, and is far below any mistake.
"""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import randomness, tutorial, vocabulary
from legacy_cnn.programs.graph import GraphProgram
from legacy_cnn.programs.program import Options
from support import oracles

pytestmark = pytest.mark.tensorflow

KEEP_PROB = 0.8
BATCH = 6


@pytest.fixture(scope="module")
def batch(files):
    images = files.test_images[:BATCH].reshape(BATCH, 784).astype(np.float32) / 255
    labels = np.eye(10)[files.test_labels[:BATCH]]
    return images, labels, randomness.training_noise(0, 0, BATCH)


@pytest.fixture(scope="module")
def weights():
    return randomness.initial_weights(0)


@pytest.fixture(scope="module")
def seen(batch, weights):
    """Layers and gradients of the graph for one batch."""
    images, labels, noise = batch
    with tf.Graph().as_default() as graph, tf.Session() as session:
        ends = tutorial.build_graph()
        variables = tf.trainable_variables()
        draws = {
            each.initial_value: weights[name] for name, each in zip(weights, variables, strict=True)
        }
        session.run(ends.init, draws)
        fetches = {
            name: graph.get_tensor_by_name(f"{operation}:0")
            for name, operation in vocabulary.LAYERS.items()
        }
        gradients = dict(zip(weights, tf.gradients(ends.cost, variables), strict=True))
        feed = {
            ends.x: images, ends.y: labels, ends.keep_prob: KEEP_PROB,
            f"{vocabulary.DROPOUT_NOISE}:0": noise,
        }  # fmt: skip
        return session.run([fetches, gradients], feed)


def close(actual, expected, tolerance=1e-5):
    assert actual.shape == expected.shape
    assert np.abs(actual - expected).max() <= tolerance * np.abs(expected).max()


@pytest.fixture(scope="module")
def expected(batch, weights):
    images, _, noise = batch
    doubles = {name: value.astype(np.float64) for name, value in weights.items()}
    return oracles.forward(doubles, images.astype(np.float64), noise, np.float32(KEEP_PROB))


@pytest.mark.parametrize("layer", [name for name in vocabulary.LAYERS if name != "loss"])
def test_layer(seen, expected, layer):
    close(seen[0][layer], expected[layer])


def test_max_pool_is_exact(seen):
    assert np.array_equal(seen[0]["pool1"], oracles.max_pool(seen[0]["conv1"]))


def test_loss(seen, expected, batch):
    close(seen[0]["loss"], oracles.cross_entropy(expected["logits"], batch[1]))


def test_gradient_of_the_output_layer(seen, expected, batch):
    """In closed form: softmax minus label, over the batch."""
    error = (np.exp(oracles.log_softmax(expected["logits"])) - batch[1]) / BATCH
    close(seen[1]["out_b"], error.sum(axis=0))
    close(seen[1]["out_W"], expected["fc_dropped"].T @ error)


def test_cross_entropy_where_it_is_not_huge():
    """The tutorial's logits are in the thousands, where only their difference counts."""
    logits = np.array([[0.5, -1.0, 2.0], [3.0, 3.0, 3.0]])
    labels = np.array([[0.0, 0.0, 1.0], [0.2, 0.3, 0.5]])
    with tf.Graph().as_default(), tf.Session() as session:
        op = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        close(session.run(tf.reduce_mean(op)), oracles.cross_entropy(logits, labels), 1e-12)


@pytest.mark.parametrize("name", vocabulary.PARAMETERS)
def test_adam_steps(seen, stepped, weights, name):
    """One step from the graph's own gradient."""
    gradient = seen[1][name].astype(np.float64)
    before = weights[name].astype(np.float64)
    expected = oracles.adam(before, [gradient]) - before
    # A step is 0.001 of a weight of size 1: what float32 can hold of it is 1e-7 / 1e-3.
    close(stepped[name].astype(np.float64) - before, expected, 5e-4)


@pytest.fixture(scope="module")
def stepped(batch, weights):
    images, labels, noise = batch
    with GraphProgram(Options(threads=2)) as program:
        program.initialise(weights)
        loss, correct = program.step(images, labels, KEEP_PROB, noise)
        assert loss > 1000 and 0 <= correct <= BATCH
        return program.weights()


def test_adam_over_many_steps():
    """Bias corrections and epsilon, in the sizes where they matter."""
    gradients = np.array([[1e-8, 1.0], [-3e-8, 0.5], [2e-8, -2.0], [0.0, 0.0]])
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable(np.zeros(2))
        gradient = tf.placeholder(tf.float64, [2])
        step = tf.train.AdamOptimizer().apply_gradients([(gradient, variable)])
        session.run(tf.global_variables_initializer())
        for each in gradients:
            session.run(step, {gradient: each})
        # TensorFlow keeps the powers of beta in float32: 1 - 0.999 ** t is good to 6e-5 only.
        expected = oracles.adam(np.zeros(2), gradients)
        np.testing.assert_allclose(session.run(variable), expected, rtol=1e-4)
