"""Mistakes that ports are known for, recognised by what they do to the numbers.

Each is tried on the reference: if the reference with the mistake gives what the candidate has,
the mistake is named. Nothing is guessed: what no mistake explains has no cause.
"""

import numpy as np

from legacy_cnn.weights.matching import layouts


def of_shape(expected, found):
    """Names the layout in which a parameter of shape `expected` has the shape `found`, or ""."""
    for order, name in layouts(expected):
        if tuple(expected[axis] for axis in order) == tuple(found):
            return name
    if int(np.prod(expected)) == int(np.prod(found)):
        return "the same number of values in another shape"
    return ""


def of_values(ground, name, expected, found):
    """Names what was done to a parameter's values, or ""."""
    flattened = [_channel_by_channel(name, expected, shape) for shape in ground.shapes.values()]
    for what, changed in [*_rearranged(expected), *filter(None, flattened)]:
        if np.array_equal(changed, found):
            return what
    if not found.any():
        return f"{name} is all zeros"
    return ""


def of_images(expected, found):
    """Names what was done to the images before they entered the net, or ""."""
    if found.size != expected.size:
        return ""
    found = found.reshape(expected.shape)
    if found[0].size == 784:
        columns = expected.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(expected.shape)
        if np.array_equal(columns, found):
            return "the images are read column by column"
    return _of_scale(expected, found)


def _of_scale(expected, found):
    low, high = (np.unravel_index(at(expected), expected.shape) for at in (np.argmin, np.argmax))
    if expected[low] == expected[high] or found[low] == found[high]:
        return ""
    factor = (found[high] - found[low]) / (expected[high] - expected[low])
    shift = found[low] - factor * expected[low]
    if not _close(expected * factor + shift, found):
        return ""
    shifted = f" and shifted by {shift:.4g}" if abs(shift) > 1e-6 * abs(factor) else ""
    return f"the images are multiplied by {factor:.6g}{shifted}"


def of_rule(expected, found):
    """Names the first value of an optimizer that is another, or ""; both as `Candidate.rule`."""
    for name, value in expected.items():
        if name in found and _shown(found[name]) != _shown(value):
            return (
                f"the {name.replace('_', ' ')} is {_shown(found[name])}, "
                f"the reference's {_shown(value)}"
            )
    return ""


def _shown(value):
    """A name, or a number as it is in float32."""
    return value if isinstance(value, str) else str(np.float32(value))


class Trial:
    """A layer of the reference, computed from what the candidate has before it."""

    def __init__(self, scene, layer, before, passed, feed):
        """
        Args:
          scene: the `Scene`.
          layer: name of the layer.
          before: name of the layer before it, None for the images.
          passed: the candidate's `Pass`.
          feed: keep probability and mask for the reference.
        """
        self._scene, self._layer, self._feed = scene, layer, feed
        self._images = scene.ground.batches[0][0]
        self._override = {before: passed.layers[before]} if before else {}
        self.given = passed.layers[before] if before else self._images
        self.found = passed.layers[layer]
        self.reference, self.weights = scene.ground.reference, scene.weights

    def expected(self, name=None, value=None, before_relu=False):
        """The layer; with the value of a parameter changed, or without its relu (None if it has
        none)."""
        if name:
            self.reference.load({self.reference.names.parameters[name]: value})
        try:
            forward = self.reference.before_relu if before_relu else self.reference.forward
            return forward(
                self._images, override=self._override, only=[self._layer], **self._feed
            ).get(self._layer)
        finally:
            if name:
                original = self.weights[name]
                self.reference.load({self.reference.names.parameters[name]: original})


def of_layer(trial):
    """Names the mistake in one layer: a clause, or ""."""
    if not np.isfinite(trial.found).all():
        return ""
    expected = trial.expected()
    for what, changed in (
        *_of_output(trial, expected),
        *_of_pool(trial.given, expected),
        *_of_parameters(trial),
    ):
        if changed.shape == trial.found.shape and _close(changed, trial.found):
            return what
    return ""


def _close(one, other):
    scale = np.abs(other).max()
    return bool(scale) and bool(np.abs(one - other).max() <= 1e-5 * scale)


def _of_output(trial, expected):
    """What a mistake behind the layer's arithmetic would make of its result."""
    found = trial.found
    linear = trial.expected(before_relu=True)
    if linear is not None:
        yield "the relu is missing", linear
    shifted = expected - expected.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    yield "a softmax is applied", exponentials / exponentials.sum(axis=-1, keepdims=True)
    at = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    if expected[at] and found[at]:
        scale = found[at] / expected[at]
        yield f"every value is multiplied by {scale:.6g}", expected * scale
    alive = expected != 0
    dropped = (found == 0) & alive
    kept = ~dropped & alive
    if dropped.any() and kept.any():
        scale = (found[kept] / expected[kept]).mean()
        yield (
            f"a dropout is at work here: {dropped.sum() / alive.sum():.2f} of the "
            f"units are 0, the others multiplied by {scale:.4g}",
            np.where(dropped, 0, expected * scale),
        )


def _of_pool(given, expected):
    if given.ndim == expected.ndim == 4 and given.shape[1] == 2 * expected.shape[1]:
        count, height, width, channels = given.shape
        blocks = given.reshape(count, height // 2, 2, width // 2, 2, channels)
        yield "the mean is taken instead of the maximum", blocks.mean(axis=(2, 4))
        yield "the minimum is taken instead of the maximum", blocks.min(axis=(2, 4))


def _of_parameters(trial):
    """What the reference makes of the same input with a parameter changed."""
    for name, value in trial.weights.items():
        for what, changed in _changed(name, value, trial.given):
            yield what, trial.expected(name, changed)


def _changed(name, value, given):
    if value.ndim == 1:
        yield f"the bias {name} is missing", np.zeros_like(value)
    flattened = _channel_by_channel(name, value, given.shape[1:], back=True)
    if flattened:
        yield flattened
    yield from ((f"{name}: {what}", changed) for what, changed in _rearranged(value))


def _channel_by_channel(name, value, shape, back=False):
    """A kernel whose rows stand for a flattened layer of `shape`, with the rows in the order of
    channels, height, width, (or `back`: those of such a kernel in the right order), or None."""
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


def _rearranged(value):
    if value.ndim == 4:
        yield "height and width are swapped", value.transpose(1, 0, 2, 3)
        yield "the kernel is turned by 180 degrees", value[::-1, ::-1]
        if value.shape[2] == value.shape[3]:
            yield "in and out are swapped", value.transpose(0, 1, 3, 2)
    if value.ndim == 2 and value.shape[0] == value.shape[1]:
        yield "it is transposed", value.T
