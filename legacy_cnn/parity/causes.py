"""Mistakes that ports are known for, recognised by their effect on the numbers.

Each mistake is made in the reference: if the result equals the candidate's, the mistake is named.
Nothing is guessed; a difference that no known mistake explains has no cause.
"""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.weights.matching import Shape, layouts

#: A mistake in words, and an array with it.
Mistake = tuple[str, Array]


def of_shape(expected: Shape, actual: Shape) -> str:
    """Names the layout in which a parameter of shape `expected` has the shape `actual`, or ""."""
    for order, name in layouts(expected):
        if tuple(expected[axis] for axis in order) == tuple(actual):
            return name
    if int(np.prod(expected)) == int(np.prod(actual)):
        return "the same number of values in another shape"
    return ""


def of_values(ground: Ground, name: str, expected: Array, actual: Array) -> str:
    """Names what was done to the values of a parameter, or ""."""
    flattened = [channel_by_channel(name, expected, shape) for shape in ground.image_shapes()]
    for mistake, changed in [*rearranged(expected), *filter(None, flattened)]:
        if np.array_equal(changed, actual):
            return mistake
    if not actual.any():
        return f"{name} is all zeros"
    return ""


def of_images(expected: Array, actual: Array) -> str:
    """Names what was done to the images before they entered the network, or ""."""
    if actual.size != expected.size:
        return ""
    actual = actual.reshape(expected.shape)
    if actual[0].size == 784:
        columns = expected.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(expected.shape)
        if np.array_equal(columns, actual):
            return "the images are read column by column"
    return _of_scale(expected, actual)


def _of_scale(expected: Array, actual: Array) -> str:
    found = scale(expected, actual)
    if not found:
        return ""
    factor, shift = found
    shifted = f" and shifted by {shift:.4g}" if abs(shift) > 1e-6 * abs(factor) else ""
    return f"the images are multiplied by {factor:.6g}{shifted}"


def scale(expected: Array, actual: Array) -> tuple[float, float] | None:
    """Factor and shift that turn one array into another of its shape; None if none do."""
    actual = actual.astype(np.float64)
    low, high = (np.unravel_index(at(expected), expected.shape) for at in (np.argmin, np.argmax))
    if expected[low] == expected[high] or actual[low] == actual[high]:
        return None
    factor = float((actual[high] - actual[low]) / (expected[high] - expected[low]))
    shift = float(actual[low] - factor * expected[low])
    if np.abs(expected * factor + shift - actual).max() > 1e-5 * np.abs(actual).max():
        return None
    return factor, shift


def channel_by_channel(name: str, value: Array, shape: Shape, back: bool = False) -> Mistake | None:
    """Reorders the rows of a kernel that stand for a flattened layer of `shape`.

    The new order is channels, height, width; with `back`, rows in that order are brought into the
    right one. None if the kernel has other rows.
    """
    if value.ndim != 2 or len(shape) != 3 or int(np.prod(shape)) != len(value):
        return None
    height, width, channels = shape
    if back:
        rows = value.reshape(channels, height, width, -1).transpose(1, 2, 0, 3)
    else:
        rows = value.reshape(height, width, channels, -1).transpose(2, 0, 1, 3)
    return (
        f"the flatten before {name} goes channel by channel (NCHW), not pixel by pixel (NHWC)",
        np.ascontiguousarray(rows).reshape(value.shape),
    )


def rearranged(value: Array) -> Iterator[Mistake]:
    if value.ndim == 4:
        yield "height and width are swapped", value.transpose(1, 0, 2, 3)
        yield "the kernel is rotated by 180 degrees", value[::-1, ::-1]
        if value.shape[2] == value.shape[3]:
            yield "in and out are swapped", value.transpose(0, 1, 3, 2)
    if value.ndim == 2 and value.shape[0] == value.shape[1]:
        yield "it is transposed", value.T


def softmax(logits: Array) -> Array:
    """The softmax over the last axis, in the type of the logits."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
