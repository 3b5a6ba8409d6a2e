"""The tutorial's graph, rewritten to compute the same results in less time.

Read it beside `tutorial.py`: only the network differs, on the lines marked [a] to [c].

[a] Bias and relu follow the pool, so they run on a quarter of the elements. Both are monotonic,
    in floating point too, so the largest of four pixels stays the largest: both pools are equal
    to the tutorial's bit for bit.
[b] The gradient of the first matrix product with respect to its input is computed as a batch of
    one product. It is the same product, but for a batch oneDNN has a faster kernel on CPUs with
    AVX-512.
[c] The product itself is computed with longer rows. A row of `W_fc` takes 4,096 bytes, so all
    elements of a column share one set of the CPU's cache and evict each other. Some zeros at the
    end of each row, cut off again, spread the columns over the sets. The terms of each sum stay
    the same, but oneDNN may add them in another order (with AVX-512 it does, in batches of 128
    and more), so `fc` and all that follows it are equal up to rounding.

docs/performance.md lists what each of them saves, and what else was tried.
"""

import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial
from legacy_cnn.tutorial import conv2d, create_variables, maxpool2d

#: Name of a layer in the vocabulary -> operation. This graph has no `conv1` and no `conv2`: it
#: never computes their bias and relu for all pixels.
LAYERS = {
    "pool1": "Relu",  # (N, 14, 14, 32)
    "pool2": "Relu_1",  # (N, 7, 7, 64)
    "fc": "Relu_2",  # (N, 1024)
    "fc_dropped": "dropout/SelectV2",  # (N, 1024)
    "logits": "add_3",  # (N, 10)
}


def convolutional_neural_network(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
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


#: Zeros at the end of each row: one line of the cache, so the next row falls into the next set.
PADDING = 16


def product(x: tf.Tensor, W: tf.Variable) -> tf.Tensor:
    """Computes x W for a W whose rows take 4,096 bytes.

    Args:
      x: float32 `(N, 3136)`.
      W: float32 `(3136, 1024)`.
    """
    longer = tf.concat([W, tf.zeros([W.shape[0], PADDING])], 1)  # [c]
    result = tf.matmul(x, longer)[:, : W.shape[1]]
    # Changes nothing; it is where the gradients below take over.
    with tf.get_default_graph().gradient_override_map({"IdentityN": GRADIENT}):
        result, _, _ = tf.identity_n([result, x, W])
    return result


GRADIENT = "legacy_cnn.optimised.product"


@tf.RegisterGradient(GRADIENT)
def _gradients_of_product(
    op: tf.Operation, upstream: tf.Tensor, *unused: tf.Tensor
) -> tuple[None, tf.Tensor, tf.Tensor]:
    """The gradients with respect to the result, x and W; the result passes none on."""
    _, x, W = op.inputs
    to_x = tf.matmul(upstream[tf.newaxis], W[tf.newaxis], transpose_b=True)[0]  # [b]
    to_W = tf.matmul(x, upstream, transpose_a=True)
    return None, to_x, to_W


def build_graph(learning_rate: float = 0.001) -> tutorial.TutorialGraph:
    """Adds the rewritten tutorial to the current graph and returns its ends."""
    return tutorial.build_graph(learning_rate, convolutional_neural_network)


def graph() -> tuple[tf.Graph, dict[str, dict[str, str]]]:
    """Returns the graph and the names in it, as a candidate for the parity ladder.

    legacy-cnn parity legacy_cnn.optimised:graph
    """
    with tf.Graph().as_default() as optimised:
        build_graph()
    return optimised, {"layers": LAYERS}
