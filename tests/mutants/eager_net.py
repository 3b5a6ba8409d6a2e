"""Mistakes in the eager port's network; in its functions, `self` is the program."""

import tensorflow as tf

from legacy_cnn.ports import eager
from mutants.parts import Mutant, Program, eager_port


def conv1_biasless(self, x):
    return tf.nn.relu(eager.conv2d(x, self.weights["W_conv1"]))


def conv2_linear(self, x):
    return eager.conv2d(x, self.weights["W_conv2"]) + self.biases["b_conv2"]


def conv2_flipped(self, x):
    # A convolution in the textbook's sense, as in Theano.
    kernel = self.weights["W_conv2"][::-1, ::-1]
    return tf.nn.relu(eager.conv2d(x, kernel) + self.biases["b_conv2"])


def conv2_tied(self, x):
    bias = tf.concat([self.biases["b_conv1"], self.biases["b_conv2"][32:]], axis=0)
    return tf.nn.relu(eager.conv2d(x, self.weights["W_conv2"]) + bias)


def conv2_strided(self, x):
    strided = tf.nn.conv2d(x, self.weights["W_conv2"], strides=[1, 2, 2, 1], padding="SAME")
    return tf.nn.relu(strided + self.biases["b_conv2"])


def pool_minimum(self, x):
    return -tf.nn.max_pool(-x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


def not_pooled(self, x):
    return x


def fc_half(self, x):
    x = tf.cast(tf.reshape(x, [-1, 7 * 7 * 64]), tf.float16)
    product = tf.matmul(x, tf.cast(self.weights["W_fc"], tf.float16))
    return tf.nn.relu(tf.cast(product, tf.float32) + self.biases["b_fc"])


def fc_channels_first(self, x):
    x = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [-1, 7 * 7 * 64])
    return tf.nn.relu(tf.matmul(x, self.weights["W_fc"]) + self.biases["b_fc"])


def fc_nan(self, x):
    """A unit that is 0 is divided by 0."""
    x = tf.reshape(x, [-1, 7 * 7 * 64])
    x = tf.nn.relu(tf.matmul(x, self.weights["W_fc"]) + self.biases["b_fc"])
    return x * x / x


def output_biasless(self, x):
    return tf.matmul(x, self.weights["out"])


def output_softmaxed(self, x):
    return tf.nn.softmax(tf.matmul(x, self.weights["out"]) + self.biases["out"])


def output_log_softmaxed(self, x):
    return tf.math.log(output_softmaxed(self, x))


def image_transposed(self, x):
    return tf.transpose(tf.reshape(x, [-1, 28, 28, 1]), [0, 2, 1, 3])


def new_variables(self, x, keep_prob, noise=None):
    # As in the graph, where these lines stand in the network.
    weights, biases = eager.create_variables()
    return eager.convolutional_neural_network(x, keep_prob, weights, biases, noise)


def forward(name, what, make, tensor, cause=""):
    return Mutant(name, what, make, "forward", tensor, cause)


MUTANTS = (
    forward(
        "eager-transposes",
        "The image is read as width by height.",
        lambda: eager_port(image=image_transposed),
        "images",
        "the images are read column by column",
    ),
    forward(
        "eager-new-variables",
        "The network creates its variables in every call.",
        lambda: eager_port(_predict=new_variables),
        "conv1",
    )._replace(refused="tf.function only supports singleton tf.Variables"),
    forward(
        "eager-conv-strided",
        "The second convolution has stride 2, and the pool after it is missing.",
        lambda: eager_port(conv2=conv2_strided, pool2=not_pooled),
        "conv2",
    ),
    forward(
        "kernel-flipped",
        "The second kernel is rotated by 180 degrees, as in Theano.",
        lambda: eager_port(conv2=conv2_flipped),
        "conv2",
        "W_conv2: the kernel is rotated by 180 degrees",
    ),
    forward(
        "eager-conv-without-bias",
        "The first convolution's bias is not added.",
        lambda: eager_port(conv1=conv1_biasless),
        "conv1",
        "the bias b_conv1 is missing",
    ),
    forward(
        "eager-conv-without-relu",
        "The second convolution has no relu.",
        lambda: eager_port(conv2=conv2_linear),
        "conv2",
        "the relu is missing",
    ),
    forward(
        "eager-pool-minimum",
        "The second pool computes the minimum.",
        lambda: eager_port(pool2=pool_minimum),
        "pool2",
        "the pool is min 2 x 2 in steps of 2 x 2, padding SAME instead of max 2 x 2",
    ),
    forward(
        "eager-bias-tied",
        "The second convolution uses the first one's bias for half of its channels.",
        lambda: eager_port(conv2=conv2_tied),
        "conv2",
    ),
    forward(
        "eager-flatten-channels-first",
        "The flatten goes channel by channel, as in PyTorch.",
        lambda: eager_port(fc=fc_channels_first),
        "fc",
        "channel by channel (NCHW)",
    ),
    forward(
        "eager-fc-float16",
        "The hidden layer multiplies in float16.",
        lambda: eager_port(fc=fc_half),
        "fc",
    ),
    forward(
        "eager-zero-by-zero",
        "Units of the hidden layer that are 0 are divided by themselves.",
        lambda: eager_port(fc=fc_nan),
        "logits",  # the division follows the layer
    ),
    forward(
        "eager-output-without-bias",
        "The last layer has no bias.",
        lambda: eager_port(output=output_biasless),
        "logits",
        "the bias out_b is missing",
    ),
    Mutant(
        "eager-softmax-twice",
        "The network ends in a softmax, and the loss applies another one.",
        lambda: eager_port(output=output_softmaxed),
        "loss",
        "loss",
        "softmax is applied twice: the loss takes probabilities for logits",
    ),
    forward(
        "eager-log-of-softmax",
        "The network returns the logarithms of its probabilities, which are -inf at 0.",
        lambda: eager_port(output=output_log_softmaxed),
        "LogSoftmax of logits",
    ),
    forward(
        "eager-temperature",
        "The logits are divided by a temperature of 2.",
        lambda: eager_port(output=lambda self, x: Program.output(self, x) / 2),
        "logits",
        "every value is multiplied by 0.5",
    ),
)
