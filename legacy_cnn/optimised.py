"""The tutorial's graph, rewritten so that it takes less time and computes the same.

Read it beside `tutorial.py`: only the net differs, at the lines marked [a] to [c].

[a] Bias and relu come after the pool, on a quarter of the elements. Both are monotone, in
    floating point too, so the largest of four pixels stays the largest: the values are the same
    bit for bit.
[b] The gradient of the first matrix product by its input is computed as a batch of one product.
    It is the same product; for a batch, oneDNN has a faster kernel where the processor has
    AVX-512.
[c] The product itself is computed with longer rows. One of `W_fc` takes 4,096 bytes, so the same
    column of all rows falls into one set of the processor's cache and drives itself out. Some
    zeros at each row's end, cut off again, spread the columns; sums stay the same bit for bit.

docs/performance.md has what each of them brings, and what was tried besides.
"""

import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial
from legacy_cnn.tutorial import conv2d, create_variables, maxpool2d

#: What flows through the net: name in the vocabulary -> operation. Nothing here is `conv1` or
#: `conv2`: bias and relu of these are never computed for all pixels.
LAYERS = {
    "pool1": "Relu",  # (N, 14, 14, 32)
    "pool2": "Relu_1",  # (N, 7, 7, 64)
    "fc": "Relu_2",  # (N, 1024)
    "fc_dropped": "dropout/SelectV2",  # (N, 1024)
    "logits": "add_3",  # (N, 10)
}


def convolutional_neural_network(x, keep_prob):
    weights, biases = create_variables()

    x = tf.reshape(x, shape=[-1, 28, 28, 1])  # (N, 784) -> (N, 28, 28, 1)

    conv1 = maxpool2d(conv2d(x, weights["W_conv1"]))  # (N, 14, 14, 32)
    conv1 = tf.nn.relu(conv1 + biases["b_conv1"])  # [a]

    conv2 = maxpool2d(conv2d(conv1, weights["W_conv2"]))  # (N, 7, 7, 64)
    conv2 = tf.nn.relu(conv2 + biases["b_conv2"])  # [a]

    fc = tf.reshape(conv2, [-1, 7 * 7 * 64])  # (N, 3136)
    fc = tf.nn.relu(product(fc, weights["W_fc"]) + biases["b_fc"])  # (N, 1024)
    fc = tf.nn.dropout(fc, keep_prob)

    output = tf.matmul(fc, weights["out"]) + biases["out"]  # (N, 10)
    return output


#: Numbers at the end of each row: a line of the cache, so that the next row takes the next set.
PADDING = 16


def product(x, W):
    """x W, for a W whose rows take 4,096 bytes: float32 `(N, 3136)` and `(3136, 1024)`."""
    longer = tf.concat([W, tf.zeros([W.shape[0], PADDING])], 1)  # [c]
    result = tf.matmul(x, longer)[:, : W.shape[1]]
    # An operation that changes nothing, for the gradients to begin at.
    with tf.get_default_graph().gradient_override_map({"IdentityN": GRADIENT}):
        result, _, _ = tf.identity_n([result, x, W])
    return result


GRADIENT = "legacy_cnn.optimised.product"


@tf.RegisterGradient(GRADIENT)
def _gradients_of_product(op, upstream, *unused):
    """None by the result, as the gradients do not pass through it; by x, and by W."""
    _, x, W = op.inputs
    by_x = tf.matmul(upstream[tf.newaxis], W[tf.newaxis], transpose_b=True)[0]  # [b]
    by_W = tf.matmul(x, upstream, transpose_a=True)
    return None, by_x, by_W


def build_graph(learning_rate=0.001):
    """Adds the rewritten tutorial to the current graph; its ends are those of the tutorial."""
    return tutorial.build_graph(learning_rate, convolutional_neural_network)


def graph():
    """The graph by itself, and the names in it: a candidate for the parity ladder.

    legacy-cnn parity legacy_cnn.optimised:graph
    """
    with tf.Graph().as_default() as made:
        build_graph()
    return made, {"layers": LAYERS}
