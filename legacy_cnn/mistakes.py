"""The tutorial's graph with one of the mistakes around it put back.

Read it beside `tutorial.py`: each function replaces the `loss` or the `network` of `build_graph`.
The study (`legacy-cnn reproduce`) shows the effect of each.
"""

import tensorflow.compat.v1 as tf

from legacy_cnn.tutorial import conv2d, create_variables, maxpool2d


def positional_loss(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """The line of the listing. TensorFlow 1.0 swapped the two positions, then forbade them."""
    return tf.nn.softmax_cross_entropy_with_logits(prediction, y)


def upgraded_loss(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """That line as `tf_upgrade_v2` rewrites it, without a warning: the two are swapped."""
    return tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(prediction), logits=y)


def swapped_loss(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Swapped by hand, in the function that passes gradients to the labels."""
    return tf.nn.softmax_cross_entropy_with_logits_v2(labels=prediction, logits=y)


def late_pooling(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
    """The order of the text's fragments: both pools follow the second convolution."""
    weights, biases = create_variables()

    x = tf.reshape(x, shape=[-1, 28, 28, 1])  # (N, 784) -> (N, 28, 28, 1)

    conv1 = tf.nn.relu(conv2d(x, weights["W_conv1"]) + biases["b_conv1"])  # (N, 28, 28, 32)
    conv2 = tf.nn.relu(conv2d(conv1, weights["W_conv2"]) + biases["b_conv2"])  # (N, 28, 28, 64)
    conv1 = maxpool2d(conv1)  # (N, 14, 14, 32), never used
    conv2 = maxpool2d(conv2)  # (N, 14, 14, 64)

    fc = tf.reshape(conv2, [-1, 7 * 7 * 64])  # (4 N, 3136): four rows for each image, not one
    fc = tf.nn.relu(tf.matmul(fc, weights["W_fc"]) + biases["b_fc"])  # (4 N, 1024)
    fc = tf.nn.dropout(fc, keep_prob)

    output = tf.matmul(fc, weights["out"]) + biases["out"]  # (4 N, 10)
    return output
