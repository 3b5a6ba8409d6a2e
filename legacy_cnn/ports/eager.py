"""The tutorial in eager TensorFlow 2, with the names of `tutorial.py` in the same order.

Read the two side by side: one declares operations and runs them later, the other runs them at
once. With `function=True`, TensorFlow traces a graph again, this time from the Python code.
Run it with `python -m legacy_cnn.ports.eager`.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from legacy_cnn import input_data

n_classes = 10
batch_size = 128
keep_rate = 0.8
hm_epochs = 10


class Layers(NamedTuple):
    """The output of every layer.

    A graph can fetch every tensor later; here, a tensor that is not returned is lost.
    """

    conv1: tf.Tensor  #: float32 (N, 28, 28, 32), after bias and relu
    pool1: tf.Tensor  #: float32 (N, 14, 14, 32)
    conv2: tf.Tensor  #: float32 (N, 14, 14, 64), after bias and relu
    pool2: tf.Tensor  #: float32 (N, 7, 7, 64)
    fc: tf.Tensor  #: float32 (N, 1024), after bias and relu
    fc_dropped: tf.Tensor  #: float32 (N, 1024)
    logits: tf.Tensor  #: float32 (N, 10)


def conv2d(x: tf.Tensor, W: tf.Variable) -> tf.Tensor:
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")


def maxpool2d(x: tf.Tensor) -> tf.Tensor:
    # size of window         movement of window
    return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


def create_variables() -> tuple[dict, dict]:
    # The graph is built once, so its network can call this. Here the network is a function that is
    # called at every step: it takes its variables, or it would create new ones each time.
    weights = {
        "W_conv1": tf.Variable(tf.random.normal([5, 5, 1, 32])),
        "W_conv2": tf.Variable(tf.random.normal([5, 5, 32, 64])),
        "W_fc": tf.Variable(tf.random.normal([7 * 7 * 64, 1024])),
        "out": tf.Variable(tf.random.normal([1024, n_classes])),
    }
    biases = {
        "b_conv1": tf.Variable(tf.random.normal([32])),
        "b_conv2": tf.Variable(tf.random.normal([64])),
        "b_fc": tf.Variable(tf.random.normal([1024])),
        "out": tf.Variable(tf.random.normal([n_classes])),
    }
    return weights, biases


def convolutional_neural_network(
    x: tf.Tensor, keep_prob: tf.Tensor, weights: dict, biases: dict, noise: tf.Tensor | None = None
) -> Layers:
    x = tf.reshape(x, shape=[-1, 28, 28, 1])  # (N, 784) -> (N, 28, 28, 1)

    conv1 = tf.nn.relu(conv2d(x, weights["W_conv1"]) + biases["b_conv1"])  # (N, 28, 28, 32)
    pool1 = maxpool2d(conv1)  # (N, 14, 14, 32)

    conv2 = tf.nn.relu(conv2d(pool1, weights["W_conv2"]) + biases["b_conv2"])  # (N, 14, 14, 64)
    pool2 = maxpool2d(conv2)  # (N, 7, 7, 64)

    fc = tf.reshape(pool2, [-1, 7 * 7 * 64])  # (N, 3136)
    fc = tf.nn.relu(tf.matmul(fc, weights["W_fc"]) + biases["b_fc"])  # (N, 1024)
    fc_dropped = dropout(fc, keep_prob, noise)

    output = tf.matmul(fc_dropped, weights["out"]) + biases["out"]  # (N, 10)
    return Layers(conv1, pool1, conv2, pool2, fc, fc_dropped, output)


def dropout(x: tf.Tensor, keep_prob: tf.Tensor, noise: tf.Tensor | None) -> tf.Tensor:
    # tf.nn.dropout now takes the drop rate, and has no argument for the noise.
    def uniform(shape: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
        return tf.random.uniform(shape, dtype=dtype) if noise is None else noise

    return tf.nn.experimental.general_dropout(x, 1 - keep_prob, uniform)


def cross_entropy(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.nn.softmax_cross_entropy_with_logits(logits=prediction, labels=y)


class Tutorial:
    """The tutorial with its variables and its optimizer, as `build_graph` adds it to a graph."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        function: bool = False,
        loss: Callable[..., tf.Tensor] = cross_entropy,
    ) -> None:
        """Creates the variables, with random values, and the optimizer.

        Args:
          learning_rate: the learning rate of Adam.
          function: whether to trace `predict` and `step` with `tf.function`.
          loss: computes the loss of each image from logits and labels.
        """
        self.loss = loss
        self.weights, self.biases = create_variables()
        self.variables = [*self.weights.values(), *self.biases.values()]
        # Keras' default epsilon is 1e-7.
        self.optimizer = keras.optimizers.Adam(learning_rate, epsilon=1e-8)
        self.optimizer.build(self.variables)
        self.predict, self.step = self._predict, self._step
        if function:
            self.predict, self.step = tf.function(self._predict), tf.function(self._step)

    def _predict(
        self, x: tf.Tensor, keep_prob: tf.Tensor, noise: tf.Tensor | None = None
    ) -> Layers:
        """Computes all layers.

        Args:
          x: images, float32 `(N, 784)` in 0.0-1.0.
          keep_prob: keep probability of dropout, a float32 scalar tensor.
          noise: dropout noise, float32 `(N, 1024)` in [0, 1); None draws it.
        """
        return convolutional_neural_network(x, keep_prob, self.weights, self.biases, noise)

    def cost(self, prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        """Computes the mean loss of a batch from logits and one-hot labels, float32 `(N, 10)`."""
        return tf.reduce_mean(self.loss(prediction, y))

    def _step(
        self, x: tf.Tensor, y: tf.Tensor, keep_prob: tf.Tensor, noise: tf.Tensor | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Takes one Adam step; returns the cost before it, and which predictions were correct."""
        with tf.GradientTape() as tape:
            prediction = self._predict(x, keep_prob, noise).logits
            cost = self.cost(prediction, y)
        gradients = tape.gradient(cost, self.variables)
        self.optimizer.apply(gradients, self.variables)
        return cost, tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))


def train_neural_network(
    program: Tutorial, mnist: input_data.Datasets, hm_epochs: int = hm_epochs
) -> None:
    """Trains, and prints what the listing printed."""
    for epoch in range(hm_epochs):
        epoch_loss = 0.0
        for _ in range(int(mnist.train.num_examples / batch_size)):
            epoch_x, epoch_y = mnist.train.next_batch(batch_size)
            epoch_y = tf.constant(epoch_y, tf.float32)  # a placeholder would convert it
            c, _ = program.step(tf.constant(epoch_x), epoch_y, tf.constant(keep_rate))
            epoch_loss += float(c)
        print("Epoch", epoch, "completed out of", hm_epochs, "loss:", epoch_loss)

    x, y = tf.constant(mnist.test.images), mnist.test.labels
    prediction = program.predict(x, tf.constant(1.0)).logits
    correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, "float"))
    print("Accuracy:", accuracy.numpy())


def main() -> None:
    mnist = input_data.read_data_sets("/tmp/data/", one_hot=True)
    train_neural_network(Tutorial(), mnist)


if __name__ == "__main__":
    main()
