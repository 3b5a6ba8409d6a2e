"""The gradients of the loss, layer by layer going back, and by parameter.

The reference goes back through the candidate's own layers, which the rungs below have found to be
right: so which of two nearly equal pixels a pool took, or whether a relu was just above zero, is
the same on both sides, and rounding is all that may differ.
"""

import dataclasses

import numpy as np

from legacy_cnn.parity.report import DIFFERENT, Finding


def findings(ground):
    passed = ground.passed
    back = _backward(ground, {})
    found = list(_compared(ground, back, passed))
    first = next((at for at, each in enumerate(found) if each.verdict == DIFFERENT), None)
    if first is not None and found[first].figures:
        found[first] = _explained(ground, found[first], passed)
    yield from found


def _compared(ground, back, passed):
    layers, parameters = back
    for name in reversed(layers):
        if name in passed.layer_gradients and name not in ground.rewritten:
            own = passed.layer_gradients[name]
            pair = [_that_counts(ground, name, each) for each in (layers[name], own)]
            yield ground.compare("gradients", f"gradient by {name}", *pair)
    for name in reversed(parameters):
        own = passed.gradients.get(name)
        if own is None:
            yield Finding(f"gradient by {name}", DIFFERENT, note="none: it is not trained")
        else:
            yield ground.compare("gradients", f"gradient by {name}", parameters[name], own)


def _that_counts(ground, name, gradient):
    """Without the units that are 0 before the dropout: whether those were dropped is not to be
    seen, and the relu before it lets no gradient through to them."""
    if name != ground.reference.names.undropped or not ground.drops:
        return gradient
    return np.where(ground.passed.layers[name] == 0, np.float32(0), gradient)


def _backward(ground, upstream):
    images, labels, _ = ground.first_batch
    passed = ground.passed
    override = {
        name: passed.layers[name]
        for name in ground.reference.layers
        if name in passed.layers and name not in ground.rewritten
    }
    mask = ground.mask_of(passed)
    return ground.reference.backward(images, labels, ground.keep_prob, mask, override, upstream)


def _explained(ground, finding, passed):
    """Local, if the reference goes back differently from the gradients the candidate had."""
    name = finding.tensor.removeprefix("gradient by ")
    upstream = {n: value for n, value in passed.layer_gradients.items() if n != name}
    layers, parameters = _backward(ground, upstream)
    own = passed.layer_gradients.get(name, passed.gradients.get(name))
    pair = [_that_counts(ground, name, each) for each in ({**parameters, **layers}[name], own)]
    again = ground.compare("gradients", name, *pair)
    local = again.verdict == DIFFERENT
    return dataclasses.replace(finding, origin="local" if local else "accumulated")
