"""The gradients of the loss: with respect to each layer, backwards, then to each parameter.

The reference goes back through the candidate's own layers, which the rungs below have found to be
right. So both agree on which of two nearly equal pixels a pool selected, and on whether a relu was
just above zero, and only rounding can differ.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground, Scene
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, SAME, Finding

#: What the name of a gradient begins with.
PREFIX = "gradient with respect to "


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the gradients of every layer that the candidate has, then of every parameter."""
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> list[Finding]:
    layers, parameters = _backward(scene, {})
    compared = _settled(list(_layers(scene, layers)), list(_parameters(scene, parameters)))
    first = next((at for at, one in enumerate(compared) if one.verdict == DIFFERENT), None)
    if first is not None and compared[first].figures:
        compared[first] = _explained(scene, compared[first])
    return compared


def _layers(scene: Scene, layers: Arrays) -> Iterator[Finding]:
    gradients = scene.passed.layer_gradients
    for name in reversed(layers):
        if name in gradients and name not in scene.rewritten:
            missing = "no gradient reaches this layer"
            yield _compared(scene, name, layers[name], gradients[name], missing)


def _parameters(scene: Scene, parameters: Arrays) -> Iterator[Finding]:
    gradients = scene.passed.gradients
    for name in reversed(parameters):
        missing = "this parameter is not trained"
        yield _compared(scene, name, parameters[name], gradients.get(name), missing)


def _settled(layers: Sequence[Finding], parameters: Sequence[Finding]) -> list[Finding]:
    """All findings, with the differences of layers marked as rewritten if no parameter differs.

    Then they are another way to the same gradients: a pool may share its gradient among equal
    pixels, for example.
    """
    if all(finding.verdict == SAME for finding in parameters):
        layers = [
            dataclasses.replace(finding, verdict=REWRITTEN)
            if finding.verdict == DIFFERENT
            else finding
            for finding in layers
        ]
    return [*layers, *parameters]


def _compared(
    scene: Scene, name: str, expected: Array, actual: Array | None, missing: str
) -> Finding:
    tensor = f"{PREFIX}{name}"
    if actual is None:
        return Finding(tensor, DIFFERENT, note=missing)
    pair = _that_counts(scene, name, expected), _that_counts(scene, name, actual)
    return scene.ground.compare("gradients", tensor, *pair, note=scene.note)


def _that_counts(scene: Scene, name: str, gradient: Array) -> Array:
    """The gradient without those elements of a layer that are 0.

    The relu before passes them no gradient. So it does not matter how a pool shares it among
    several zeros, and whether dropout has dropped one of them cannot be seen.
    """
    value = scene.passed.layers.get(name)
    return gradient if value is None else np.where(value == 0, np.float32(0), gradient)


def _backward(scene: Scene, upstream: Mapping[str, Array]) -> tuple[Arrays, Arrays]:
    """The reference's gradients, through the candidate's layers."""
    ground, passed = scene.ground, scene.passed
    scene.enter()
    images, labels, _ = ground.batches[0]
    override = {
        name: passed.layers[name]
        for name in ground.reference.layers
        if name in passed.layers and name not in scene.rewritten
    }
    mask = ground.mask_of(passed)
    return ground.reference.backward(images, labels, ground.keep_prob, mask, override, upstream)


def _explained(scene: Scene, finding: Finding) -> Finding:
    """Local, if the reference computes another gradient from the candidate's gradients, too."""
    passed = scene.passed
    name = finding.tensor.removeprefix(PREFIX)
    upstream = {
        layer: gradient
        for layer, gradient in passed.layer_gradients.items()
        if layer != name and gradient is not None
    }
    layers, parameters = _backward(scene, upstream)
    actual = {**passed.layer_gradients, **passed.gradients}[name]
    again = _compared(scene, name, {**parameters, **layers}[name], actual, "")
    is_local = again.verdict == DIFFERENT
    return dataclasses.replace(finding, origin="local" if is_local else "accumulated")
