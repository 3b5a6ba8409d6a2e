"""Embeddings: gradients of rows that a batch reads more than once."""

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

ROWS = 9  #: each batch reads some of them twice


def reference(optimizer, rows=ROWS):
    def build():
        words = tf1.placeholder(tf.int32, [None, 5], name="words")
        y = tf1.placeholder(tf.float32, [None, 2], name="y")
        table = tf1.get_variable("table", [rows, 4])
        output = tf1.get_variable("output", [4, 2])
        logits = tf.reduce_mean(tf.nn.embedding_lookup(table, words), 1) @ output
        optimizer().minimize(tf1.losses.mean_squared_error(y, logits))

    return build


class Dense(keras.Sequential):
    """Adds up the gradients of each row."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        dense = [tf.convert_to_tensor(gradient) for gradient in gradients]
        self.optimizer.apply(dense, self.trainable_variables)
        return {"loss": loss}


def first(kind, optimizer, port_optimizer, rows=ROWS, batch_size=8):
    layers = [keras.layers.Embedding(rows, 4), keras.layers.GlobalAveragePooling1D()]
    model = kind([keras.Input((5,), dtype="int32"), *layers, keras.layers.Dense(2, use_bias=False)])
    model.compile(port_optimizer, "mse")
    left_out = tuple(name for name in RUNGS if name not in ("weights", "update", "steps"))
    settings = {"batch_size": batch_size, "steps": 2, "except_for": left_out}
    return parity.compare(model, reference=reference(optimizer, rows), **settings).first


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("optimizer", "port_optimizer"),
    [
        (lambda: tf1.train.AdamOptimizer(0.01), lambda: keras.optimizers.Adam(0.01, epsilon=1e-8)),
        (
            lambda: tf1.train.RMSPropOptimizer(0.1),
            lambda: keras.optimizers.RMSprop(0.1, epsilon=1e-10),
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Converting sparse IndexedSlices")
def test_keras_squares_the_gradient_of_each_reading(optimizer, port_optimizer):
    _, finding = first(keras.Sequential, optimizer, port_optimizer())
    assert finding.cause.startswith("Keras squares the gradient of each reading of a row of table")
    assert first(Dense, optimizer, port_optimizer()) is None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Converting sparse IndexedSlices")
def test_momentum_of_rows_that_a_batch_does_not_read():
    """TensorFlow 1's moves the rows that are read; Keras' moves all. A whole batch reads all."""
    momentum = keras.optimizers.SGD(0.1, momentum=0.9)
    rung, finding = first(
        keras.Sequential, lambda: tf1.train.MomentumOptimizer(0.1, 0.9), momentum, 30, 64
    )
    assert (rung.name, finding.tensor) == ("steps", "table")
    assert "in a batch of 7" in finding.note
    assert finding.cause.startswith("momentum moves all rows of table")
