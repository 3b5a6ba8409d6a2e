"""Mistakes in the network itself, and in the precision it computes in."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mutants.parts import Mutant, conv1, conv2, fc, keras_port, logits

SAME = {"padding": "same"}


def after_reshape(*more):
    return (layers.Reshape([28, 28, 1], name="image"), *more)


def flat_after(*before):
    return (*before, layers.Flatten(name="flat"))


# Of the Keras port ------------------------------------------------------------------------------


class Biasless(layers.Conv2D):
    """Has its bias, and forgets it."""

    def call(self, x):
        return self.activation(self.convolution_op(x, self.kernel))


class Pruned(layers.Dense):
    """Sets one weight back to zero in the call."""

    def call(self, x, training=None):
        mask = np.ones(self.kernel.shape, np.float32)
        mask[17, 5] = 0
        x = keras.ops.matmul(x, self.kernel * mask) + self.bias
        return self.activation(x)


class Transposed(layers.Conv2D):
    """Takes its kernel for (width, height, in, out)."""

    def call(self, x):
        kernel = keras.ops.transpose(self.kernel, (1, 0, 2, 3))
        return self.activation(self.convolution_op(x, kernel) + self.bias)


def forward(name, what, make, tensor, cause=""):
    return Mutant(name, what, make, "forward", tensor, cause)


MUTANTS = (
    forward(
        "model-scales-again",
        "The model divides its images by 255 again.",
        lambda: keras_port(image=after_reshape(layers.Rescaling(1 / 255))),
        "images",
        "the images are multiplied by 0.00392157",
    ),
    forward(
        "model-standardises",
        "The model subtracts MNIST's mean and divides by its standard deviation.",
        lambda: keras_port(
            image=after_reshape(layers.Normalization(mean=0.1307, variance=0.3081**2))
        ),
        "images",
        "the images are multiplied by 3.2457 and shifted by -0.4242",
    ),
    forward(
        "model-inverts",
        "The model inverts its images.",
        lambda: keras_port(image=after_reshape(layers.Rescaling(-1, 1))),
        "images",
        "the images are multiplied by -1 and shifted by 1",
    ),
    forward(
        "model-transposes",
        "The model reads images column by column.",
        lambda: keras_port(image=after_reshape(layers.Permute((2, 1, 3)))),
        "images",
        "the images are read column by column",
    ),
    forward(
        "model-shifts",
        "The model adds a row at the top and removes one at the bottom.",
        lambda: keras_port(
            image=after_reshape(
                layers.ZeroPadding2D(((1, 0), (0, 0))), layers.Cropping2D(((0, 1), (0, 0)))
            )
        ),
        "conv1",
    ),
    forward(
        "padding-on-one-side",
        "SAME padding is written by hand, with one row and column too few on the left.",
        lambda: keras_port(conv1=(layers.ZeroPadding2D(((1, 3), (1, 3))), conv1(padding="valid"))),
        "conv1",
        "the convolution pads (1, 3) rows and (1, 3) columns before and after",
    ),
    forward(
        "conv-strided",
        "The first convolution has stride 2, and the pool after it is missing.",
        lambda: keras_port(conv1=conv1(strides=2), pool1=()),
        "conv1",
    ),
    forward(
        "conv-dilated",
        "The second convolution is dilated.",
        lambda: keras_port(conv2=conv2(dilation_rate=2)),
        "conv2",
    ),
    forward(
        "kernel-transposed",
        "The first kernel is read as width by height.",
        lambda: keras_port(conv1=Transposed(32, 5, activation="relu", name="conv1", **SAME)),
        "conv1",
        "W_conv1: height and width are swapped",
    ),
    forward(
        "conv-without-bias",
        "The first convolution has a bias, but does not add it.",
        lambda: keras_port(conv1=Biasless(32, 5, activation="relu", name="conv1", **SAME)),
        "conv1",
        "the bias b_conv1 is missing",
    ),
    forward(
        "conv-without-relu",
        "The second convolution has no relu.",
        lambda: keras_port(conv2=conv2(activation=None)),
        "conv2",
        "the relu is missing",
    ),
    forward(
        "fc-without-relu",
        "The hidden layer has no activation, the default of Dense.",
        lambda: keras_port(fc=fc(activation=None)),
        "fc",
        "the relu is missing",
    ),
    forward(
        "conv-leaky-relu",
        "The first convolution has a leaky relu.",
        lambda: keras_port(conv1=conv1(activation="leaky_relu")),
        "conv1",
        "the activation is leaky relu of slope 0.2 instead of relu",
    ),
    forward(
        "conv-relu6",
        "The first convolution has a relu6.",
        lambda: keras_port(conv1=conv1(activation="relu6")),
        "conv1",
        "the activation is relu6 instead of relu",
    ),
    forward(
        "conv-elu",
        "The second convolution has an elu.",
        lambda: keras_port(conv2=conv2(activation="elu")),
        "conv2",
        "the activation is elu instead of relu",
    ),
    forward(
        "fc-gelu",
        "The hidden layer has a gelu.",
        lambda: keras_port(fc=fc(activation="gelu")),
        "fc",
    ),
    forward(
        "conv-gelu",
        "The first convolution has a gelu.",
        lambda: keras_port(conv1=conv1(activation="gelu")),
        "conv1",
    ),
    forward(
        "pool-mean",
        "The first pool computes the mean.",
        lambda: keras_port(pool1=layers.AveragePooling2D(2, name="pool1", **SAME)),
        "pool1",
        "the pool is average 2 x 2 in steps of 2 x 2, padding SAME instead of max 2 x 2",
    ),
    forward(
        "pool-overlapping",
        "The first pool has a window of 3 x 3 and stride 2.",
        lambda: keras_port(pool1=layers.MaxPool2D(3, 2, name="pool1", **SAME)),
        "pool1",
        "the pool is max 3 x 3 in steps of 2 x 2, padding SAME instead of max 2 x 2",
    ),
    forward(
        "pool-not-moving",
        "The second pool has stride 1, and the convolution before it stride 2.",
        lambda: keras_port(
            conv2=conv2(strides=2), pool2=layers.MaxPool2D(2, 1, name="pool2", **SAME)
        ),
        "conv2",
    ),
    forward(
        "flatten-channels-first",
        "The flatten goes channel by channel, as in PyTorch.",
        lambda: keras_port(flat=flat_after(layers.Permute((3, 1, 2)))),
        "fc",
        "channel by channel (NCHW)",
    ),
    forward(
        "flatten-by-columns",
        "The flatten goes column by column.",
        lambda: keras_port(flat=flat_after(layers.Permute((2, 1, 3)))),
        "fc",
    ),
    forward(
        "layer-normalised",
        "The input of the hidden layer is normalised.",
        lambda: keras_port(flat=flat_after(layers.LayerNormalization(center=False, scale=False))),
        "fc",
    ),
    forward(
        "batch-normalised",
        "A batch normalisation without weights precedes the first convolution.",
        lambda: keras_port(
            image=after_reshape(layers.BatchNormalization(center=False, scale=False))
        ),
        "images",
        "the images are multiplied by 0.9995",
    ),
    forward(
        "one-weight-zero",
        "W_fc[17, 5] is set to zero in every call.",
        lambda: keras_port(fc=Pruned(1024, "relu", name="fc")),
        "fc",
    ),
    forward(
        "conv-bfloat16",
        "The output of the second convolution is rounded to bfloat16.",
        lambda: keras_port(
            conv2=(
                conv2(name="convolution"),
                layers.Lambda(lambda x: tf.cast(tf.cast(x, tf.bfloat16), tf.float32), name="conv2"),
            )
        ),
        "pool2",  # what the convolution itself computes is the same
        "every value here is one of bfloat16",
    ),
    forward(
        "fc-mixed-precision",
        "The hidden layer has the policy mixed_float16.",
        lambda: keras_port(fc=fc(dtype="mixed_float16")),
        "fc",
    ),
    forward(
        "temperature",
        "The logits are divided by a temperature of 2.",
        lambda: keras_port(logits=(logits(), layers.Rescaling(0.5, name="tempered"))),
        "logits",
        "every value is multiplied by 0.5",
    ),
)
