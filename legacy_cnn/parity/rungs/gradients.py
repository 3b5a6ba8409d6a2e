"""The gradients of the loss, layer by layer going back, and by parameter.

The reference goes back through the candidate's own layers, which the rungs below have found to be
right: so which of two nearly equal pixels a pool took, or whether a relu was just above zero, is
the same on both sides, and rounding is all that may differ.
"""

import dataclasses

import numpy as np

from legacy_cnn.parity.report import DIFFERENT, REWRITTEN, SAME, Finding


def findings(ground):
    """The gradient by every layer that the candidate shows, then by every parameter."""
    yield from ground.over_scenes(_found)


def _found(scene):
    layers, parameters = _backward(scene, {})
    found = _settled(list(_layers(scene, layers)), list(_parameters(scene, parameters)))
    first = next((at for at, each in enumerate(found) if each.verdict == DIFFERENT), None)
    if first is not None and found[first].figures:
        found[first] = _explained(scene, found[first])
    return found


def _layers(scene, layers):
    passed = scene.passed
    for name in reversed(layers):
        if name in passed.layer_gradients and name not in scene.rewritten:
            own = passed.layer_gradients[name]
            yield _pair(scene, name, layers[name], own, "none: it does not get here")


def _parameters(scene, parameters):
    for name in reversed(parameters):
        own = scene.passed.gradients.get(name)
        yield _pair(scene, name, parameters[name], own, "none: it is not trained")


def _settled(layers, parameters):
    """All findings; a layer's gradient that is another way to the same gradients by all
    parameters (sharing among the equal pixels of a pool, say) is rewritten."""
    if all(each.verdict == SAME for each in parameters):
        layers = [
            dataclasses.replace(each, verdict=REWRITTEN) if each.verdict == DIFFERENT else each
            for each in layers
        ]
    return layers + parameters


def _pair(scene, name, expected, own, none):
    tensor = f"gradient by {name}"
    if own is None:
        return Finding(tensor, DIFFERENT, note=none)
    pair = [_that_counts(scene, name, each) for each in (expected, own)]
    return scene.ground.compare("gradients", tensor, *pair, note=scene.note)


def _that_counts(scene, name, gradient):
    """Without the elements of a layer that are 0: the relu before lets no gradient through to
    them, so it is all the same how a pool shares it among several zeros, and whether a dropout
    has dropped one is not to be seen."""
    value = scene.passed.layers.get(name)
    return gradient if value is None else np.where(value == 0, np.float32(0), gradient)


def _backward(scene, upstream):
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


def _explained(scene, finding):
    """Local, if the reference goes back differently from the gradients the candidate had."""
    passed = scene.passed
    name = finding.tensor.removeprefix("gradient by ")
    own = passed.layer_gradients | passed.gradients
    upstream = {n: each for n, each in passed.layer_gradients.items() if n != name}
    layers, parameters = _backward(scene, {n: e for n, e in upstream.items() if e is not None})
    again = _pair(scene, name, {**parameters, **layers}[name], own[name], "")
    local = again.verdict == DIFFERENT
    return dataclasses.replace(finding, origin="local" if local else "accumulated")
