"""Mistakes that leave the loss as it is and change what flows back."""

import keras
import tensorflow as tf
from keras import layers

from legacy_cnn.ports import eager
from legacy_cnn.ports import keras as port
from mutants.parts import Mutant, Program, conv1, eager_port, fc, keras_port

# Of the Keras port --------------------------------------------------------------------------------


class Stopped(layers.Layer):
    """Lets nothing back."""

    def call(self, x):
        return keras.ops.stop_gradient(x)


class Halved(layers.Layer):
    """Lets half of the gradient back."""

    def call(self, x):
        return (x + keras.ops.stop_gradient(x)) / 2


class Reversed(layers.Layer):
    """Turns the gradient round, as in domain adaptation."""

    def call(self, x):
        return 2 * keras.ops.stop_gradient(x) - x


class ClippedBack(layers.Layer):
    """Clips the gradient on its way back."""

    def call(self, x):
        @tf.custom_gradient
        def same(x):
            return x, lambda upstream: tf.clip_by_value(upstream, -1e-3, 1e-3)

        return same(x)


class KernelStopped(layers.Dense):
    """Learns its bias alone."""

    def call(self, x, training=None):
        return self.activation(x @ keras.ops.stop_gradient(self.kernel) + self.bias)


class BiasHalved(layers.Dense):
    """Learns its bias at half the rate."""

    def call(self, x, training=None):
        bias = (self.bias + keras.ops.stop_gradient(self.bias)) / 2
        return self.activation(x @ self.kernel + bias)


# Of the eager port: `self` is the program ---------------------------------------------------------


def conv2_stopped(self, x):
    kernel = tf.stop_gradient(self.weights["W_conv2"])
    return tf.nn.relu(eager.conv2d(x, kernel) + self.biases["b_conv2"])


@tf.custom_gradient
def guided_relu(x):
    made = tf.nn.relu(x)
    return made, lambda upstream: tf.where((upstream > 0) & (made > 0), upstream, 0.0)


def conv2_guided(self, x):
    return guided_relu(eager.conv2d(x, self.weights["W_conv2"]) + self.biases["b_conv2"])


@tf.custom_gradient
def straight_relu(x):
    return tf.nn.relu(x), lambda upstream: upstream


def fc_straight(self, x):
    x = tf.reshape(x, [-1, 7 * 7 * 64])
    return straight_relu(tf.matmul(x, self.weights["W_fc"]) + self.biases["b_fc"])


def fc_where(self, x):
    """A relu whose other branch, the root of a negative number, has no gradient."""
    x = tf.reshape(x, [-1, 7 * 7 * 64])
    x = tf.matmul(x, self.weights["W_fc"]) + self.biases["b_fc"]
    return tf.where(x > 0, tf.sqrt(x) * tf.sqrt(x), 0.0)


def dropout_straight(self, x, keep_prob, noise):
    dropped = eager.dropout(x, keep_prob, noise)
    return x + tf.stop_gradient(dropped - x)


def output_stopped(self, x):
    return Program.output(self, x) - self.biases["out"] + tf.stop_gradient(self.biases["out"])


def gradients(name, what, make, tensor):
    return Mutant(name, what, make, "gradients", f"gradient with respect to {tensor}")


MUTANTS = (
    gradients(
        "layer-frozen",
        "The first convolution is not trained.",
        lambda: keras_port(conv1=conv1(trainable=False)),
        "b_conv1",
    ),
    gradients(
        "fc-frozen",
        "The hidden layer is not trained.",
        lambda: keras_port(fc=fc(trainable=False)),
        "b_fc",
    ),
    gradients(
        "gradient-stopped",
        "No gradient flows through the second pool.",
        lambda: keras_port(pool2=(port.maxpool2d("pool2"), Stopped(name="stopped"))),
        "b_conv2",
    ),
    gradients(
        "gradient-halved",
        "The gradient is halved at the second pool.",
        lambda: keras_port(pool2=(port.maxpool2d("pool2"), Halved(name="halved"))),
        "b_conv2",
    ),
    gradients(
        "gradient-reversed",
        "The gradient is negated after the first pool.",
        lambda: keras_port(pool1=(port.maxpool2d("pool1"), Reversed(name="reversed"))),
        "b_conv1",
    ),
    gradients(
        "gradient-clipped-on-the-way",
        "The gradient is clipped after the hidden layer.",
        lambda: keras_port(fc=(fc(), ClippedBack(name="clipped"))),
        "b_fc",
    ),
    gradients(
        "kernel-stopped",
        "The hidden layer's weight is not trained.",
        lambda: keras_port(fc=KernelStopped(1024, "relu", name="fc")),
        "W_fc",
    ),
    Mutant(
        "bias-at-half-the-rate",
        "The gradient of the hidden layer's bias is halved.",
        lambda: keras_port(fc=BiasHalved(1024, "relu", name="fc")),
        "steps",
        "m of b_fc",
    ),
    gradients(
        "eager-kernel-stopped",
        "The second kernel is not trained.",
        lambda: eager_port(conv2=conv2_stopped),
        "W_conv2",
    ),
    Mutant(
        "eager-bias-stopped",
        "The last bias is not trained.",
        lambda: eager_port(output=output_stopped),
        "steps",
        "out_b",
        "out_b is not trained",
    ),
    gradients(
        "eager-relu-guided",
        "The second relu passes only positive gradients, as for a saliency map.",
        lambda: eager_port(conv2=conv2_guided),
        "b_conv2",
    ),
    gradients(
        "eager-relu-straight",
        "The hidden layer's relu passes every gradient.",
        lambda: eager_port(fc=fc_straight),
        "b_fc",
    ),
    gradients(
        "eager-where-without-gradient",
        "The relu is written with `where`, whose unused branch makes the gradient NaN.",
        lambda: eager_port(fc=fc_where),
        "b_fc",
    ),
    gradients(
        "eager-dropout-straight",
        "Dropout passes the gradient to the units it drops.",
        lambda: eager_port(dropout=dropout_straight),
        "b_fc",
    ),
)
