"""The tutorial's network with one rewrite each, by the names of the ablations.

[a] to [c] are the rewrites of `legacy_cnn.optimised`; here each of them is by itself.
"""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from experiments.variants import gradients
from legacy_cnn import optimised, tutorial
from legacy_cnn.tutorial import conv2d, create_variables, maxpool2d

#: From images and keep probability to logits.
Network = Callable[[Any, Any], Any]


def pools_first(x: Any, keep_prob: Any, product: Callable[[Any, Any], Any] = tf.matmul) -> Any:
    """[a], with `product` for the product with `W_fc`."""
    weights, biases = create_variables()
    x = tf.reshape(x, shape=[-1, 28, 28, 1])
    conv1 = maxpool2d(conv2d(x, weights["W_conv1"]))
    conv1 = tf.nn.relu(conv1 + biases["b_conv1"])
    conv2 = maxpool2d(conv2d(conv1, weights["W_conv2"]))
    conv2 = tf.nn.relu(conv2 + biases["b_conv2"])
    fc = tf.reshape(conv2, [-1, 7 * 7 * 64])
    fc = tf.nn.relu(product(fc, weights["W_fc"]) + biases["b_fc"])
    fc = tf.nn.dropout(fc, keep_prob)
    return tf.matmul(fc, weights["out"]) + biases["out"]


def batched(x: Any, W: Any) -> Any:
    """[b]: a product whose gradient with respect to x is a batch of one product."""
    with tf.get_default_graph().gradient_override_map({"MatMul": gradients.BATCHED}):
        return tf.matmul(x, W)


def longer(x: Any, W: Any) -> Any:
    """[c]: a product with longer rows, whose gradients are those of the product itself."""
    padding = tf.zeros([W.shape[0], optimised.PADDING])
    result = tf.matmul(x, tf.concat([W, padding], 1))[:, : W.shape[1]]
    # An operation that changes nothing, for the gradients to begin at.
    with tf.get_default_graph().gradient_override_map({"IdentityN": gradients.OF_PRODUCT}):
        result, _, _ = tf.identity_n([result, x, W])
    return result


def with_gradient(operation: str, gradient: str, x: Any, keep_prob: Any) -> Any:
    """The tutorial's network, with another gradient for all operations of a type."""
    with tf.get_default_graph().gradient_override_map({operation: gradient}):
        return tutorial.convolutional_neural_network(x, keep_prob)


NETWORKS: dict[str, Network] = {
    "tutorial": tutorial.convolutional_neural_network,
    "pools first": pools_first,
    "batched": functools.partial(pools_first, product=batched),
    "longer": functools.partial(pools_first, product=longer),
    "optimised": optimised.convolutional_neural_network,
    "transposed": functools.partial(with_gradient, "MatMul", gradients.TRANSPOSED),
    "flipped": functools.partial(with_gradient, "Conv2D", gradients.FLIPPED),
    "product": functools.partial(with_gradient, "Conv2D", gradients.PRODUCT),
    "products": functools.partial(with_gradient, "Conv2D", gradients.PRODUCTS),
    "images": functools.partial(with_gradient, "Conv2D", gradients.IMAGES),
}
