"""Mistakes that ports are known for, made in the reference: if it then computes what the candidate
does, the mistake is named. Nothing is guessed."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import causes
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.causes import Mistake
from legacy_cnn.parity.reenacting import operations, precision
from legacy_cnn.parity.reenacting.closeness import NEARER, apart
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.rounding import BOUND
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.dropouts import Mask, mask_of
from legacy_cnn.parity.sides.side import Batch

#: What another activation in the place of a layer's begins with in words.
INSTEAD = "the activation is"

#: A multiple of a layer is one to this part of its largest value.
CLOSE = 1e-5


class Stage:
    """A pass through both programs that differs, to be repeated with mistakes."""

    def __init__(self, scene: Scene, batch: Batch | None) -> None:
        """Names what was compared.

        Args:
          scene: the weights of both programs.
          batch: of a step of training; None outside of training.
        """
        self.ground, self.reference = scene.ground, scene.ground.reference
        self.weights, self.images = scene.weights, scene.ground.batches[0].images
        values, candidate = scene.evaluated if batch is None else scene.trained
        self.tensors = values.tensors
        self.values = self.reference.layers.among(values.tensors)
        self.partners = scene.evaluated_partners if batch is None else scene.trained_partners
        self._noise = scene.evaluated_noise if batch is None else scene.trained_noise
        self.state, self.batch = scene.states[0], batch
        last = self.reference.names.output
        self._output = candidate.output
        self._last = last if self._output is not None else list(self.values)[-1]

    def explains(
        self, fed: Mapping[Any, Any], state: Arrays | None = None, images: Any = None
    ) -> bool:
        """Whether the reference computes the candidate's output with some tensors fed."""
        try:
            times = self._apart(self._last_layer(fed, state, images))
        except tf.errors.InvalidArgumentError:  # a loop cannot be fed what it writes
            return False
        return times <= BOUND and times <= NEARER * self._unmended

    def _last_layer(
        self, fed: Mapping[Any, Any], state: Arrays | None = None, images: Any = None
    ) -> Array:
        shown = self.images if images is None else images
        batch = self.batch and dataclasses.replace(self.batch, images=shown)
        again = self.reference.evaluate_fed({**self.state, **(state or {})}, shown, fed, batch)
        return self.reference.layers.among(again.tensors)[self._last]

    @property
    def differs(self) -> bool:
        """Whether the candidate's output is another than the reference's, with these weights."""
        return self._unmended > BOUND

    @functools.cached_property
    def _unmended(self) -> float:
        return self._apart(self.values[self._last])

    def _apart(self, value: Array) -> float:
        """How far what a program returns, or its last layer, is from the candidate's."""
        noise = functools.partial(self._noise.of, self._last)
        if self._output is None:
            partner = self.partners.nearest(value)
            return np.inf if partner is None else apart(value, partner.value, noise)
        known = returned(self._last, value, self._output)
        return apart(known.expected, known.output, lambda runs: known.spread(noise(runs)))

    def is_other(self, layer: str, value: Array) -> bool:
        """Whether a value that may stand in the place of a layer is another than it has."""
        noise = functools.partial(self._noise.of, layer)
        own = self.values[layer]
        return value.shape == own.shape and apart(own, value, noise) > BOUND

    def has(self, layer: str, value: Array) -> bool:
        """Whether the candidate computes a value that may stand in the place of a layer."""
        partner = self.partners.nearest(value)
        noise = functools.partial(self._noise.of, layer)
        return partner is not None and apart(value, partner.value, noise) <= BOUND

    def fetch(self, fetches: Any) -> Any:
        """Other tensors of the pass."""
        return self.reference.fetch_of_pass(self.state, self.images, self.batch, fetches)

    def parameters(self) -> Iterator[tuple[str, str, Array]]:
        """Each parameter with the name of its variable."""
        for name, value in self.weights.items():
            yield name, self.reference.parameters[name], value


def cause_of(stage: Stage, layers: list[str], same: list[str]) -> tuple[str, str]:
    """Names the mistake in one of some layers, or in a parameter.

    Args:
      stage: the pass that differs.
      layers: the first that differs, and those right before it, which may be changed behind.
      same: those before it that are the same.

    Returns:
      The layer and the mistake; an empty text if none of them is recognised.
    """
    for layer in layers:
        tensor = stage.reference.layers[layer]
        for mistake, changed in _of_layer(stage, layer, tensor):
            if not stage.is_other(layer, changed):
                continue
            # Where several layers have the same mistake, the candidate's tensor is seen itself.
            is_seen = layer == layers[0] and mistake.startswith(INSTEAD)
            if stage.explains({tensor: changed}) or (is_seen and stage.has(layer, changed)):
                return layer, mistake
    for name, variable, value in stage.parameters():
        for mistake, changed in _of_parameter(stage, name, value):
            if stage.explains({}, {variable: changed}):
                return layers[0], mistake
    partner = stage.partners.nearest(stage.values[layers[0]])
    cause = precision.cause_of(stage.values[layers[0]], partner.value) if partner else ""
    return layers[0], cause or operations.cause_of(stage, layers[0], same)


def of_images(stage: Stage) -> tuple[Array, str] | None:
    """What the candidate makes of the images before its first layer, if that explains all."""
    size = stage.images.size
    for name in stage.partners.of_size(size):
        value = stage.partners.value(name).reshape(stage.images.shape)
        cause = causes.of_images(stage.images, value)
        if cause and not np.array_equal(value, stage.images) and stage.explains({}, images=value):
            return value, cause
    return None


def close(one: Array, other: Array, within: float = CLOSE) -> bool:
    """Whether a mistake explains a difference, to this part of the largest value."""
    scale = np.abs(other).max(initial=0)
    return bool(np.isfinite(scale) and scale and np.abs(one - other).max() <= within * scale)


def _of_layer(stage: Stage, layer: str, tensor: tf.Tensor) -> Iterator[Mistake]:
    value = stage.values[layer]
    if tensor.op.type in ACTIVATIONS:
        before = stage.fetch(tensor.op.inputs[0])
        yield from _activations(before, ACTIVATIONS[tensor.op.type])
    yield "a softmax is applied", causes.softmax(value)
    yield from _scaled(stage, value)


def _scaled(stage: Stage, value: Array) -> Iterator[Mistake]:
    """Multiples of a layer, and the layer with units dropped, among the candidate's tensors."""
    seen = set()
    largest = np.unravel_index(np.abs(value).argmax(), value.shape)
    for name in stage.partners.of_size(value.size) if value[largest] else ():
        other = stage.partners.value(name).reshape(value.shape)
        factor = np.float32(other[largest] / value[largest])  # 0 if that unit is dropped
        is_new = factor and factor not in seen and not np.isclose(factor, 1)
        # What a factor near 1 changes must not be explained by a bias that it leaves as it is.
        within = min(CLOSE, float(abs(factor - 1)) / 10)
        if is_new and close(value * factor, other, within):
            seen.add(factor)
            yield f"every value is multiplied by {factor:.6g}", other
        mask = mask_of(value, other)
        if mask is not None and not mask.kept.all():
            yield _dropped(stage, mask, value, other), other


def _dropped(stage: Stage, mask: Mask, value: Array, other: Array) -> str:
    scale = np.median(other[mask.kept & mask.alive] / value[mask.kept & mask.alive])
    share = (~mask.kept).sum() / mask.alive.sum()
    what = "dropout is on here" if stage.batch is None else "another dropout is applied"
    return f"{what}: {share:.2f} of the units are 0, the others are multiplied by {scale:.4g}"


#: Operation of TensorFlow -> its name in Keras.
ACTIVATIONS = {
    "Relu": "relu",
    "Relu6": "relu6",
    "Elu": "elu",
    "Selu": "selu",
    "LeakyRelu": "leaky relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
}


def _activations(before: Array, name: str) -> Iterator[Mistake]:
    yield f"the {name} is missing", before
    with np.errstate(over="ignore"):
        others = {
            "relu": np.maximum(before, 0),
            "relu6": np.clip(before, 0, 6),
            "elu": np.where(before > 0, before, np.expm1(np.minimum(before, 0))),
            "leaky relu of slope 0.01": np.where(before > 0, before, before * np.float32(0.01)),
            "leaky relu of slope 0.2": np.where(before > 0, before, before * np.float32(0.2)),
            "leaky relu of slope 0.3": np.where(before > 0, before, before * np.float32(0.3)),
            "sigmoid": 1 / (1 + np.exp(-before)),
            "tanh": np.tanh(before),
            "softplus": np.logaddexp(0, before),
            "swish": before / (1 + np.exp(-before)),
        }
    for other, changed in others.items():
        if other != name and not (name == "leaky relu" and other.startswith(name)):
            yield f"{INSTEAD} {other} instead of {name}", changed.astype(before.dtype)


def _of_parameter(stage: Stage, name: str, value: Array) -> Iterator[Mistake]:
    if value.ndim == 1:
        yield f"the bias {name} is missing", np.zeros_like(value)
    for layer in stage.values.values():
        flattened = causes.channel_by_channel(name, value, layer.shape[1:], back=True)
        if flattened:
            yield flattened
    for mistake, changed in causes.rearranged(value):
        if changed.shape == value.shape:
            yield f"{name}: {mistake}", changed
