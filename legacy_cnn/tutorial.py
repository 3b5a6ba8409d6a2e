"""The tutorial: a convolutional network for MNIST, written in 2017 for TensorFlow 1.

This is the listing, node for node, in a file that today's TensorFlow runs. It keeps the listing's
names, even where one would choose others today. Run it with `python -m legacy_cnn.tutorial`.

Lines marked [1] to [4] differ from the listing; docs/departures.md explains them. Only [1] and [2]
change the graph.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf  # the listing: import tensorflow as tf

from legacy_cnn import input_data  # the listing: from tensorflow.examples.tutorials.mnist

n_classes = 10
batch_size = 128
keep_rate = 0.8
hm_epochs = 10


class TutorialGraph(NamedTuple):
    """The ends of the graph: the tensors to feed, and those to fetch."""

    x: tf.Tensor  #: float32 (N, 784): images, 0.0-1.0
    y: tf.Tensor  #: float32 (N, 10): one-hot labels
    keep_prob: tf.Tensor  #: float32 (): keep probability of dropout
    prediction: tf.Tensor  #: float32 (N, 10): logits
    cost: tf.Tensor  #: float32 (): mean softmax cross-entropy of the batch
    optimizer: tf.Operation  #: one Adam step
    init: tf.Operation  #: draws the initial weights
    correct: tf.Tensor  #: bool (N,): whether the largest logit is that of the label
    accuracy: tf.Tensor  #: float32 (): the mean of correct


def conv2d(x: tf.Tensor, W: tf.Variable) -> tf.Tensor:
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")


def maxpool2d(x: tf.Tensor) -> tf.Tensor:
    # size of window         movement of window
    return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


def create_variables() -> tuple[dict, dict]:
    # Every weight and bias starts as N(0, 1), unscaled: that is why the first losses are so large.
    weights = {
        "W_conv1": tf.Variable(tf.random_normal([5, 5, 1, 32])),
        "W_conv2": tf.Variable(tf.random_normal([5, 5, 32, 64])),
        "W_fc": tf.Variable(tf.random_normal([7 * 7 * 64, 1024])),
        "out": tf.Variable(tf.random_normal([1024, n_classes])),
    }
    biases = {
        "b_conv1": tf.Variable(tf.random_normal([32])),
        "b_conv2": tf.Variable(tf.random_normal([64])),
        "b_fc": tf.Variable(tf.random_normal([1024])),
        "out": tf.Variable(tf.random_normal([n_classes])),
    }
    return weights, biases


def convolutional_neural_network(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
    weights, biases = create_variables()
    x = tf.reshape(x, shape=[-1, 28, 28, 1])  # (N, 784) -> (N, 28, 28, 1)

    conv1 = tf.nn.relu(conv2d(x, weights["W_conv1"]) + biases["b_conv1"])  # (N, 28, 28, 32)
    conv1 = maxpool2d(conv1)  # (N, 14, 14, 32)

    conv2 = tf.nn.relu(conv2d(conv1, weights["W_conv2"]) + biases["b_conv2"])  # (N, 14, 14, 64)
    conv2 = maxpool2d(conv2)  # (N, 7, 7, 64)

    fc = tf.reshape(conv2, [-1, 7 * 7 * 64])  # (N, 3136)
    fc = tf.nn.relu(tf.matmul(fc, weights["W_fc"]) + biases["b_fc"])  # (N, 1024)
    fc = tf.nn.dropout(fc, keep_prob)  # [1] the listing: keep_rate, so dropout was always on

    output = tf.matmul(fc, weights["out"]) + biases["out"]  # (N, 10)
    return output


def cross_entropy(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    # [2] the listing: (prediction, y), in an order that TensorFlow 1.0 swapped and then forbade
    return tf.nn.softmax_cross_entropy_with_logits(logits=prediction, labels=y)


def build_graph(
    learning_rate: float = 0.001,
    network: Callable[..., tf.Tensor] = convolutional_neural_network,
    loss: Callable[..., tf.Tensor] = cross_entropy,
) -> TutorialGraph:
    """Adds the tutorial to the current graph, in the listing's order, and returns its ends.

    Args:
      learning_rate: the learning rate of Adam.
      network: computes logits from images and keep probability; `optimised.py` has another one.
      loss: computes the loss of each image from logits and labels; `mistakes.py` has others.
    """
    x = tf.placeholder("float", [None, 784])
    y = tf.placeholder("float")
    keep_prob = tf.placeholder(tf.float32)

    prediction = network(x, keep_prob)
    cost = tf.reduce_mean(loss(prediction, y))
    optimizer = tf.train.AdamOptimizer(learning_rate).minimize(cost)
    init = tf.global_variables_initializer()  # [3] the listing: initialize_all_variables

    correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, "float"))
    return TutorialGraph(x, y, keep_prob, prediction, cost, optimizer, init, correct, accuracy)


def train_neural_network(
    graph: TutorialGraph, mnist: input_data.Datasets, hm_epochs: int = hm_epochs
) -> None:
    """Trains, and prints what the listing printed.

    Args:
      graph: the ends of the tutorial in the current graph.
      mnist: the result of `input_data.read_data_sets(..., one_hot=True)`.
      hm_epochs: the number of epochs.
    """
    x, y, keep_prob = graph.x, graph.y, graph.keep_prob
    with tf.Session() as sess:
        sess.run(graph.init)
        for epoch in range(hm_epochs):
            epoch_loss = 0.0
            for _ in range(int(mnist.train.num_examples / batch_size)):
                epoch_x, epoch_y = mnist.train.next_batch(batch_size)
                feed = {x: epoch_x, y: epoch_y, keep_prob: keep_rate}
                _, c = sess.run([graph.optimizer, graph.cost], feed_dict=feed)
                epoch_loss += float(c)  # [4] the listing: c, which NumPy 2 would sum in float32
            print("Epoch", epoch, "completed out of", hm_epochs, "loss:", epoch_loss)

        feed = {x: mnist.test.images, y: mnist.test.labels, keep_prob: 1.0}
        print("Accuracy:", graph.accuracy.eval(feed))


def main() -> None:
    mnist = input_data.read_data_sets("/tmp/data/", one_hot=True)
    with tf.Graph().as_default():
        train_neural_network(build_graph(), mnist)


if __name__ == "__main__":
    main()
