"""Operations of the reference run again with other attributes: a pool's size, a leaky relu's slope.

Each is run by itself on what it is given in the reference.
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.trial import shown

#: A mistake in words, and whether it explains the difference.
Tried = tuple[str, Callable[[], bool]]

POOLS = ("MaxPool", "AvgPool")

#: Names of pools in words.
WORDS = {"MaxPool": "max", "AvgPool": "average"}

SLOPES = (0.01, 0.1, 0.2, 0.3)
LARGEST_POOL = 5


def mistakes(stage: Any, operations: list[Any], layer: str) -> Iterator[Tried]:
    """Each operation with other attributes; the nearest to the layer first."""
    for op in operations:
        for words, value in _changed(stage, op):
            tensor = op.outputs[0]
            yield words, functools.partial(_explains, stage, tensor, value, layer)


def _explains(stage: Any, tensor: Any, value: Callable[[], Array], layer: str) -> bool:
    changed = value()
    own = stage.fetch(tensor)
    if changed.shape != own.shape or np.array_equal(changed, own):
        return False
    if stage.explains({tensor: changed}):
        return True
    # Where several layers have the same mistake, the candidate's tensor is seen itself.
    is_layer = stage.reference.layers[layer].name == tensor.name
    return bool(is_layer and stage.has(layer, changed))


def _changed(stage: Any, op: Any) -> Iterator[tuple[str, Callable[[], Array]]]:
    if op.type in POOLS:
        yield from _pools(stage, op)
    elif op.type == "LeakyRelu":
        yield from _slopes(stage, op)
    elif op.type.startswith("FusedBatchNorm") and "Grad" not in op.type:
        yield from _norms(stage, op)
    elif op.type == "Conv2D":
        yield from _paddings(stage, op)


def _run(stage: Any, op: Any, kind: str | None = None, **changed: Any) -> Array:
    """The first output of an operation, or of another kind with the same inputs."""
    definition = op.op_def
    attributes = {a.name: _attribute(op, a.name) for a in definition.attr if a.name != "T"}
    attributes = {**attributes, **changed}
    names = [each.name for each in definition.input_arg]
    given = dict(zip(names, stage.fetch(list(op.inputs)), strict=True))
    if kind in POOLS:  # the two call their input differently
        wanted = "input" if kind == "MaxPool" else "value"
        given = {wanted: next(iter(given.values()))}
        attributes.pop("explicit_paddings", None)
    attributes.pop("U", None)
    with tf.init_scope(), tf.device("CPU"):
        outputs = getattr(tf.raw_ops, kind or op.type)(**given, **attributes)
    first = outputs[0] if isinstance(outputs, tuple) else outputs
    return np.asarray(first)


def _attribute(op: Any, name: str) -> Any:
    value = op.get_attr(name)
    if isinstance(value, bytes):
        return value.decode()
    return value


def _pools(stage: Any, op: Any) -> Iterator[tuple[str, Callable[[], Array]]]:
    ksize, strides = op.get_attr("ksize"), op.get_attr("strides")
    padding = op.get_attr("padding").decode()
    axes = (2, 3) if op.get_attr("data_format") == b"NCHW" else (1, 2)
    here = _pool(op.type, ksize, strides, padding, axes)
    sizes = [tuple(ksize[axis] for axis in axes), *((n, n) for n in range(1, LARGEST_POOL + 1))]
    every = itertools.product(dict.fromkeys(sizes), (padding, *{"SAME", "VALID"} - {padding}))
    for (size, other), kind in itertools.product(every, (op.type, *set(POOLS) - {op.type})):
        changed = list(ksize)
        for axis, length in zip(axes, size, strict=True):
            changed[axis] = length
        there = _pool(kind, changed, strides, other, axes)
        if there != here:
            words = f"the pool is {there} instead of {here}"
            yield words, functools.partial(_run, stage, op, kind, ksize=changed, padding=other)
    there = _pool("min", ksize, strides, padding, axes)
    yield f"the pool is {there} instead of {here}", functools.partial(_least, stage, op)


def _least(stage: Any, op: Any) -> Array:
    """The pool of the smallest values: TensorFlow has none, so ports negate twice."""
    attributes = {
        name: _attribute(op, name) for name in ("ksize", "strides", "padding", "data_format")
    }
    with tf.init_scope(), tf.device("CPU"):
        return -np.asarray(tf.raw_ops.MaxPool(input=-stage.fetch(op.inputs[0]), **attributes))


def _pool(kind: str, ksize: Any, strides: Any, padding: str, axes: tuple[int, int]) -> str:
    size = " x ".join(str(ksize[axis]) for axis in axes)
    steps = " x ".join(str(strides[axis]) for axis in axes)
    return f"{WORDS.get(kind, kind)} {size} in steps of {steps}, padding {padding}"


def _slopes(stage: Any, op: Any) -> Iterator[tuple[str, Callable[[], Array]]]:
    own = op.get_attr("alpha")
    scalars = [value for value in stage.ground.candidate.scalars() if 0 <= value < 1]
    for slope in dict.fromkeys([*SLOPES, 0.0, *scalars]):
        if np.float32(slope) != np.float32(own):
            words = f"the slope of the leaky relu is {shown(slope)} instead of {shown(own)}"
            yield words, functools.partial(_leaky, stage, op, slope)


def _leaky(stage: Any, op: Any, slope: float) -> Array:
    value = stage.fetch(op.inputs[0])
    return np.where(value > 0, value, value * np.asarray(slope, value.dtype))


def _norms(stage: Any, op: Any) -> Iterator[tuple[str, Callable[[], Array]]]:
    own, name = op.get_attr("epsilon"), op.name
    for epsilon in stage.ground.candidate.scalars():
        if 0 < epsilon < 0.2 and np.float32(epsilon) != np.float32(own):
            words = f"the epsilon of {name} is {shown(epsilon)} instead of {shown(own)}"
            yield words, functools.partial(_norm, stage, op, epsilon)
    if not op.get_attr("is_training"):
        words = f"{name} uses the statistics of the batch instead of the moving averages"
        yield words, functools.partial(_norm, stage, op, own, of_batch=True)


def _norm(stage: Any, op: Any, epsilon: float, of_batch: bool = False) -> Array:
    x, scale, offset, mean, variance = stage.fetch(list(op.inputs))
    axes = (0, 2, 3) if op.get_attr("data_format") == b"NCHW" else (0, 1, 2)
    if of_batch or op.get_attr("is_training"):
        mean, variance = x.mean(axes), x.var(axes)
    shape = [1 if axis in axes else -1 for axis in range(x.ndim)]
    scale, offset, mean, variance = (v.reshape(shape) for v in (scale, offset, mean, variance))
    return ((x - mean) * (scale / np.sqrt(variance + np.float32(epsilon))) + offset).astype(x.dtype)


def _paddings(stage: Any, op: Any) -> Iterator[tuple[str, Callable[[], Array]]]:
    """The same sum of paddings, distributed otherwise."""
    if op.get_attr("padding") != b"SAME" or op.get_attr("data_format") != b"NHWC":
        return
    image, kernel = stage.fetch(list(op.inputs))
    strides, dilations = op.get_attr("strides"), op.get_attr("dilations")
    sums = [
        max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        for n, k, s, d in zip(
            image.shape[1:3], kernel.shape[:2], strides[1:3], dilations[1:3], strict=True
        )
    ]
    for befores in itertools.product(*(range(total + 1) for total in sums)):
        own = tuple(total // 2 for total in sums)
        if befores == own:
            continue
        pairs = [(before, total - before) for before, total in zip(befores, sums, strict=True)]
        explicit = [0, 0, *pairs[0], *pairs[1], 0, 0]
        words = (
            f"the convolution pads {pairs[0]} rows and {pairs[1]} columns before and after, "
            f"the reference {tuple((t // 2, t - t // 2) for t in sums)}"
        )
        yield (
            words,
            functools.partial(_run, stage, op, padding="EXPLICIT", explicit_paddings=explicit),
        )
    symmetric = [
        ((k - 1) * d + 1) // 2 for k, d in zip(kernel.shape[:2], dilations[1:3], strict=True)
    ]
    explicit = [0, 0, symmetric[0], symmetric[0], symmetric[1], symmetric[1], 0, 0]
    words = f"the convolution pads {symmetric[0]} on every side, not as SAME does"
    yield words, functools.partial(_run, stage, op, padding="EXPLICIT", explicit_paddings=explicit)
