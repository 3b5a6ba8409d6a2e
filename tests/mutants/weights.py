"""Mistakes in what the weights are: shapes, types, first values, and whether they stay."""

import keras
import tensorflow as tf
from keras import layers

from mutants.parts import Mutant, conv1, conv2, fc, keras_port, logits


class ConvOIHW(layers.Layer):
    """A convolution with its weight `(out, in, height, width)`, as in PyTorch."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(64, shape[-1], 5, 5), name="kernel")
        self.bias = self.add_weight(shape=(64,), name="bias")

    def call(self, x):
        kernel = keras.ops.transpose(self.kernel, (2, 3, 1, 0))
        return keras.ops.relu(keras.ops.conv(x, kernel, padding="same") + self.bias)


class Redrawn(layers.Dense):
    """Draws its kernel where the graph's network stood, in the call."""

    def call(self, x, training=None):
        self.kernel.assign(self.kernel_initializer(self.kernel.shape))
        return super().call(x, training)


class Normalised(layers.Conv2D):
    """Keeps its kernel's norm at 1, in the kernel itself."""

    def call(self, x):
        self.kernel.assign(self.kernel / tf.norm(self.kernel))
        return super().call(x)


class Emptied(layers.Dense):
    """Starts its bias anew in every call."""

    def call(self, x, training=None):
        self.bias.assign(tf.zeros_like(self.bias))
        return super().call(x, training)


def initial(name, what, make, tensor, cause=""):
    return Mutant(name, what, make, "initial weights", tensor, cause)


MUTANTS = (
    Mutant(
        "conv-3x3",
        "The first convolution has a 3 x 3 kernel.",
        lambda: keras_port(conv1=conv1(kernel_size=3)),
        "weights",
        "W_conv1",
    ),
    Mutant(
        "fc-512",
        "The hidden layer has 512 units.",
        lambda: keras_port(fc=fc(units=512)),
        "weights",
        "W_fc",
    ),
    Mutant(
        "conv-valid",
        "The second convolution has no padding, so 5 x 5 x 64 values are left.",
        lambda: keras_port(conv2=conv2(padding="valid")),
        "weights",
        "W_fc",
    ),
    Mutant(
        "flatten-by-mean",
        "Global average pooling replaces the flatten.",
        lambda: keras_port(flat=layers.GlobalAveragePooling2D()),
        "weights",
        "W_fc",
    ),
    Mutant(
        "pool-left-out",
        "The second pool is missing.",
        lambda: keras_port(pool2=()),
        "weights",
        "W_fc",
    ),
    Mutant(
        "conv-oihw",
        "The second convolution stores its kernel in PyTorch's order.",
        lambda: keras_port(conv2=ConvOIHW(name="conv2")),
        "weights",
        "W_conv2",
        "OIHW",
    ),
    Mutant(
        "fc-float64",
        "The hidden layer computes in float64.",
        lambda: keras_port(fc=fc(dtype="float64")),
        "weights",
        "W_fc",
    ),
    Mutant(
        "conv-float16",
        "The second convolution is float16.",
        lambda: keras_port(conv2=conv2(dtype="float16")),
        "weights",
        "W_conv2",
    ),
    Mutant(
        "fc-redrawn",
        "The hidden layer draws its weights in every call.",
        lambda: keras_port(fc=Redrawn(1024, "relu", name="fc")),
        "weights",
        "W_fc",
    ),
    Mutant(
        "conv-normalised",
        "The first kernel is divided by its norm before it is used.",
        lambda: keras_port(
            conv1=Normalised(32, 5, padding="same", activation="relu", name="conv1")
        ),
        "weights",
        "W_conv1",
    ),
    Mutant(
        "bias-emptied",
        "The hidden layer resets its bias to 0 in every call.",
        lambda: keras_port(fc=Emptied(1024, "relu", name="fc")),
        "weights",
        "b_fc",
        "b_fc is all zeros",
    ),
    initial(
        "initial-default",
        "The hidden layer's weights are drawn as Keras draws them.",
        lambda: keras_port(fc=fc(kernel_initializer="glorot_uniform")),
        "W_fc",
        "uniform within ±0.038 instead of N(0, 1)",
    ),
    initial(
        "initial-zero-bias",
        "The last bias starts at 0.",
        lambda: keras_port(logits=logits(bias_initializer="zeros")),
        "out_b",
        "all zeros instead of N(0, 1)",
    ),
    initial(
        "initial-truncated",
        "The second kernel is drawn from a truncated normal distribution.",
        lambda: keras_port(
            conv2=conv2(kernel_initializer=keras.initializers.TruncatedNormal(stddev=1.0))
        ),
        "W_conv2",
        "normal, cut off at ±2 instead of N(0, 1)",
    ),
)
