"""Mistakes that ports are known for, recognised by their effect on the numbers.

Each mistake is made in the reference: if the result equals the candidate's, the mistake is named.
Nothing is guessed; a difference that no known mistake explains has no cause.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.candidates.candidate import Pass
from legacy_cnn.parity.ground import Ground, Scene
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
    flattened = [_channel_by_channel(name, expected, shape) for shape in ground.shapes.values()]
    for mistake, changed in [*_rearranged(expected), *filter(None, flattened)]:
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
    low, high = (np.unravel_index(at(expected), expected.shape) for at in (np.argmin, np.argmax))
    if expected[low] == expected[high] or actual[low] == actual[high]:
        return ""
    factor = (actual[high] - actual[low]) / (expected[high] - expected[low])
    shift = actual[low] - factor * expected[low]
    if not _close(expected * factor + shift, actual):
        return ""
    shifted = f" and shifted by {shift:.4g}" if abs(shift) > 1e-6 * abs(factor) else ""
    return f"the images are multiplied by {factor:.6g}{shifted}"


def of_rule(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> str:
    """Names the first number of an optimizer that differs, or ""; both as `Candidate.rule`."""
    for name, value in expected.items():
        if name in actual and _shown(actual[name]) != _shown(value):
            words = name.replace("learning_rate", "learning rate")
            return f"the {words} is {_shown(actual[name])} instead of {_shown(value)}"
    return ""


def _shown(value: Any) -> str:
    """A name, or a number as it is in float32."""
    return value if isinstance(value, str) else str(np.float32(value))


class Trial:
    """A layer of the reference, computed from the candidate's layer before it."""

    def __init__(
        self, scene: Scene, layer: str, before: str | None, passed: Pass, feed: Mapping[str, Any]
    ) -> None:
        """Takes the input and the output of the candidate's layer.

        Args:
          scene: the weights of both programs.
          layer: name of the layer.
          before: name of the layer before it; None is the images.
          passed: the candidate's pass.
          feed: keep probability and mask for the reference.
        """
        self._layer, self._feed = layer, feed
        self._images = scene.ground.batches[0][0]
        self._override = {before: passed.layers[before]} if before else {}
        self.input = passed.layers[before] if before else self._images
        self.output = passed.layers[layer]
        self.reference, self.weights = scene.ground.reference, scene.weights

    def expected(self) -> Array:
        """Computes the layer."""
        return self.reference.forward(self._images, **self._arguments)[self._layer]

    def without_relu(self) -> Array | None:
        """Computes the layer before its relu; None if it has none."""
        layers = self.reference.before_relu(self._images, **self._arguments)
        return layers.get(self._layer)

    def with_parameter(self, name: str, value: Array) -> Array:
        """Computes the layer with another value of a parameter."""
        variable = self.reference.names.parameters[name]
        self.reference.load({variable: value})
        try:
            return self.expected()
        finally:
            self.reference.load({variable: self.weights[name]})

    @property
    def _arguments(self) -> dict[str, Any]:
        return {"override": self._override, "only": [self._layer], **self._feed}


def of_layer(trial: Trial) -> str:
    """Names the mistake in one layer, or ""."""
    if not np.isfinite(trial.output).all():
        return ""
    expected = trial.expected()
    for mistake, changed in (
        *_of_output(trial, expected),
        *_of_pool(trial.input, expected),
        *_of_parameters(trial),
    ):
        if changed.shape == trial.output.shape and _close(changed, trial.output):
            return mistake
    return ""


def _close(one: Array, other: Array) -> bool:
    scale = np.abs(other).max()
    return bool(scale) and bool(np.abs(one - other).max() <= 1e-5 * scale)


def _of_output(trial: Trial, expected: Array) -> Iterator[Mistake]:
    """What mistakes after the layer's arithmetic make of its result."""
    linear = trial.without_relu()
    if linear is not None:
        yield "the relu is missing", linear
    shifted = expected - expected.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    yield "a softmax is applied", exponentials / exponentials.sum(axis=-1, keepdims=True)
    at = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    if expected[at] and trial.output[at]:
        scale = trial.output[at] / expected[at]
        yield f"every value is multiplied by {scale:.6g}", expected * scale
    yield from _of_dropout(trial.output, expected)


def _of_dropout(output: Array, expected: Array) -> Iterator[Mistake]:
    alive = expected != 0
    dropped = (output == 0) & alive
    kept = ~dropped & alive
    if dropped.any() and kept.any():
        scale = (output[kept] / expected[kept]).mean()
        yield (
            f"dropout is on here: {dropped.sum() / alive.sum():.2f} of the units are 0, the "
            f"others are multiplied by {scale:.4g}",
            np.where(dropped, 0, expected * scale),
        )


def _of_pool(layer_input: Array, expected: Array) -> Iterator[Mistake]:
    """What a pool computes other than the maximum."""
    if layer_input.ndim == expected.ndim == 4 and layer_input.shape[1] == 2 * expected.shape[1]:
        count, height, width, channels = layer_input.shape
        blocks = layer_input.reshape(count, height // 2, 2, width // 2, 2, channels)
        yield "the pool computes the mean, not the maximum", blocks.mean(axis=(2, 4))
        yield "the pool computes the minimum, not the maximum", blocks.min(axis=(2, 4))


def _of_parameters(trial: Trial) -> Iterator[Mistake]:
    """What the reference computes from the same input with a changed parameter."""
    for name, value in trial.weights.items():
        for mistake, changed in _changed(name, value, trial.input.shape[1:]):
            yield mistake, trial.with_parameter(name, changed)


def _changed(name: str, value: Array, input_shape: Shape) -> Iterator[Mistake]:
    if value.ndim == 1:
        yield f"the bias {name} is missing", np.zeros_like(value)
    flattened = _channel_by_channel(name, value, input_shape, back=True)
    if flattened:
        yield flattened
    yield from ((f"{name}: {mistake}", changed) for mistake, changed in _rearranged(value))


def _channel_by_channel(
    name: str, value: Array, shape: Shape, back: bool = False
) -> Mistake | None:
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


def _rearranged(value: Array) -> Iterator[Mistake]:
    if value.ndim == 4:
        yield "height and width are swapped", value.transpose(1, 0, 2, 3)
        yield "the kernel is rotated by 180 degrees", value[::-1, ::-1]
        if value.shape[2] == value.shape[3]:
            yield "in and out are swapped", value.transpose(0, 1, 3, 2)
    if value.ndim == 2 and value.shape[0] == value.shape[1]:
        yield "it is transposed", value.T
