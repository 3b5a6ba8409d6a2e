"""Lesson 5: the four shapes of every pooled convolution of a network."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

FUNCTION = "shapes"

Shape = tuple[int, ...]

INPUT, FILTERS, CONVOLUTION, POOL = (
    "input",
    "filters",
    "output of the convolution",
    "output of the pool",
)

#: Size, filters and padding of the networks: the tutorial's, odd sizes, and VALID.
NETWORKS: tuple[tuple[int, list[int], str], ...] = (
    (28, [32, 64], "SAME"),
    (27, [8, 4, 2], "SAME"),
    (28, [32, 64], "VALID"),
    (29, [3], "VALID"),
)


def check(shapes: Callable[[int, list[int], str], Any]) -> str:
    for size, filters, padding in NETWORKS:
        call = f"shapes({size}, {filters}, {padding!r})"
        _compare(call, shapes(size, list(filters), padding), _expected(size, filters, padding))
    return "Correct: also for odd sizes, and for both kinds of padding."


def _expected(size: int, filters: list[int], padding: str) -> list[list[Shape]]:
    """The shapes that TensorFlow infers while a graph is built."""
    layers = []
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, size, size, 1])
        for count in filters:
            kernel = tf.zeros([5, 5, x.shape[-1], count])
            convolution = tf.nn.conv2d(x, kernel, [1, 1, 1, 1], padding)
            pool = tf.nn.max_pool(convolution, [1, 2, 2, 1], [1, 2, 2, 1], padding)
            kernel_shape = tuple(kernel.shape.as_list())
            layers.append([_image_shape(x), kernel_shape, *map(_image_shape, (convolution, pool))])
            x = pool
    return layers


def _image_shape(tensor: tf.Tensor) -> Shape:
    return tuple(tensor.shape.as_list()[1:])


def _compare(call: str, answer: Any, expected: list[list[Shape]]) -> None:
    require(answer is not None, f"{call} returned None.")
    layers = [[tuple(shape) for shape in layer] for layer in answer]
    require(
        len(layers) == len(expected),
        f"{call} returned {len(layers)} lists of shapes. Expected {len(expected)}, one for each "
        "convolution.",
    )
    for number, (shapes, right) in enumerate(zip(layers, expected, strict=True), 1):
        require(
            len(shapes) == 4,
            f"{call}: convolution {number} has {len(shapes)} shapes. Expected 4.",
        )
        parts = (INPUT, FILTERS, CONVOLUTION, POOL)
        for part, shape, other in zip(parts, shapes, right, strict=True):
            require(
                shape == other,
                f"{call}: the {part} of convolution {number} has the shape {shape}. Expected "
                f"{other}.{_hint(part, shape, other)}",
            )


def _hint(part: str, found: Shape, expected: Shape) -> str:
    """The likely mistake, if there is one."""
    if len(found) != len(expected):
        return (
            " Leave out the number of images. Filters have the shape (height, width, input "
            "channels, output channels)."
        )
    if part == FILTERS and found[2:] == expected[:1:-1]:
        return " Input channels come before output channels."
    if part == FILTERS and found[2] != expected[2]:
        return " A filter has as many input channels as its input."
    if part == CONVOLUTION and found[0] == expected[0] + 4:
        return " Without padding, a filter of size 5 removes 4 rows and 4 columns."
    if part == CONVOLUTION and found[0] == expected[0] - 4:
        return " With SAME the output has the size of the input."
    if part == POOL and abs(found[0] - expected[0]) == 1:
        return " For an odd size, half of it is rounded up with SAME and down with VALID."
    return ""
