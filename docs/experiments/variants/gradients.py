"""Other ways to compute the gradients of matrix products and convolutions, as TensorFlow registers
them: each takes the operation and the gradient from above, `upstream`."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.tutorial import conv2d

#: Names to register gradients under: of matrix products, and of convolutions.
BATCHED, OF_PRODUCT, TRANSPOSED = (
    f"experiments.{name}" for name in ("batched", "of_product", "transposed")
)
FLIPPED, PRODUCT, PRODUCTS, IMAGES = (
    f"experiments.{name}" for name in ("flipped", "product", "products", "images")
)


@tf.RegisterGradient(BATCHED)
def batched(op: Any, upstream: Any) -> tuple[Any, Any]:
    """With respect to x as a batch of one product."""
    x, W = op.inputs
    by_x = tf.matmul(upstream[tf.newaxis], W[tf.newaxis], transpose_b=True)[0]
    return by_x, tf.matmul(x, upstream, transpose_a=True)


@tf.RegisterGradient(OF_PRODUCT)
def of_product(op: Any, upstream: Any, *unused: Any) -> tuple[None, Any, Any]:
    """Of an operation with x W, x and W as inputs: as TensorFlow's own of x W."""
    _, x, W = op.inputs
    return None, tf.matmul(upstream, W, transpose_b=True), tf.matmul(x, upstream, transpose_a=True)


@tf.RegisterGradient(TRANSPOSED)
def transposed(op: Any, upstream: Any) -> tuple[Any, Any]:
    """With respect to x as the transpose of a product."""
    x, W = op.inputs
    by_x = tf.transpose(tf.matmul(W, upstream, transpose_b=True))
    return by_x, tf.matmul(x, upstream, transpose_a=True)


@tf.RegisterGradient(FLIPPED)
def flipped(op: Any, upstream: Any) -> tuple[Any, Any]:
    """With respect to the input as a convolution with the flipped filter."""
    x, W = op.inputs
    filters = tf.transpose(tf.reverse(W, [0, 1]), [0, 1, 3, 2])
    return conv2d(upstream, filters), by_filter(x, W, upstream)


def by_filter(x: Any, W: Any, upstream: Any) -> Any:
    """TensorFlow's own gradient of a convolution with respect to its filter."""
    return tf.nn.conv2d_backprop_filter(x, tf.shape(W), upstream, [1, 1, 1, 1], "SAME")


def by_input(x: Any, W: Any, upstream: Any) -> Any:
    """TensorFlow's own gradient of a convolution with respect to its input."""
    return tf.nn.conv2d_backprop_input(tf.shape(x), W, upstream, [1, 1, 1, 1], "SAME")


#: From input, filter and upstream to the gradient with respect to the filter.
ByFilter = Callable[[Any, Any, Any], Any]


def of_second_convolution(name: str) -> Callable[[ByFilter], ByFilter]:
    """Registers another gradient with respect to the filter, for the second convolution only."""

    def register(other: ByFilter) -> ByFilter:
        @tf.RegisterGradient(name)
        def gradient(op: Any, upstream: Any) -> tuple[Any, Any]:
            x, W = op.inputs
            chosen = other if W.shape[2] > 1 else by_filter  # the first has one channel
            return by_input(x, W, upstream), chosen(x, W, upstream)

        return other

    return register


@of_second_convolution(PRODUCT)
def product(x: Any, W: Any, upstream: Any) -> Any:
    """As one product with all patches."""
    rows, columns, channels, filters = W.shape.as_list()
    patches = tf.image.extract_patches(x, [1, rows, columns, 1], [1] * 4, [1] * 4, "SAME")
    flat = tf.reshape(patches, [-1, rows * columns * channels])
    summed = tf.matmul(flat, tf.reshape(upstream, [-1, filters]), transpose_a=True)
    return tf.reshape(summed, W.shape)


@of_second_convolution(PRODUCTS)
def products(x: Any, W: Any, upstream: Any) -> Any:
    """As a product for each element of the filter, without copies of patches."""
    rows, columns, channels, filters = W.shape.as_list()
    height, width = x.shape.as_list()[1:3]
    padded = tf.pad(x, [[0, 0], [rows // 2] * 2, [columns // 2] * 2, [0, 0]])
    flat = tf.reshape(upstream, [-1, filters])
    elements = []
    for row in range(rows):
        for column in range(columns):
            part = padded[:, row : row + height, column : column + width]
            elements.append(tf.matmul(tf.reshape(part, [-1, channels]), flat, transpose_a=True))
    return tf.reshape(tf.stack(elements), W.shape)


@of_second_convolution(IMAGES)
def images_as_channels(x: Any, W: Any, upstream: Any) -> Any:
    """As a forward convolution whose channels are the images, and whose filter is upstream."""
    rows, columns = W.shape.as_list()[:2]
    edges = [[0, 0], [rows // 2] * 2, [columns // 2] * 2, [0, 0]]
    by_channel = tf.transpose(x, [3, 1, 2, 0])
    filters = tf.transpose(upstream, [1, 2, 0, 3])
    return tf.transpose(tf.nn.conv2d(by_channel, filters, [1] * 4, edges), [1, 2, 0, 3])
