"""Layers compared one after another, each depending on those before it alone."""

import dataclasses

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.report import DIFFERENT, REWRITTEN, SAME

#: How much smaller a difference must have become to be gone. On its way through a layer or two a
#: real one may shrink by some powers of ten, but not into rounding.
GONE = 1e-4


def settle(found):
    """Marks as rewritten what differs before a layer where nothing of the difference is left.

    The layers are a chain: each is computed from the one before it and from nothing else that
    flows. So once one is the same, whatever was different before it is another way to the same
    value (a relu after the pool for one before it, say).
    """
    return [
        dataclasses.replace(finding, verdict=REWRITTEN)
        if finding.verdict == DIFFERENT and _is_gone(finding, found[at + 1 :])
        else finding
        for at, finding in enumerate(found)
    ]


def _is_gone(finding, later):
    # What is not finite is a difference wherever it is: a pool may well swallow a NaN.
    return (
        finding.figures is not None
        and np.isfinite(finding.figures.absolute)
        and any(
            each.verdict == SAME
            and each.figures
            and each.figures.relative <= GONE * finding.figures.relative
            for each in later
        )
    )


def explain(scene, rung, found, passed, **feed):
    """Says of the first different layer where the difference comes from, and why, if it can.

    The reference computes that layer again from what the candidate had before it: if that gives
    what the candidate has, the error came in with the input and only accumulated.
    """
    layers = scene.ground.reference.layers
    at = next((at for at, each in enumerate(found) if each.verdict == DIFFERENT), None)
    if at is None or found[at].figures is None:
        return found
    if found[at].tensor == "images":
        cause = causes.of_images(scene.ground.batches[0][0], passed.layers["images"])
        found[at] = dataclasses.replace(found[at], cause=cause)
    if found[at].tensor not in layers:
        return found
    layer = found[at].tensor
    before = [each.tensor for each in found[:at] if each.tensor in layers and each.verdict == SAME]
    trial = causes.Trial(scene, layer, before[-1] if before else None, passed, feed)
    again = trial.expected()
    local = scene.ground.compare(rung, layer, again, passed.layers[layer]).verdict == DIFFERENT
    found[at] = dataclasses.replace(
        found[at],
        origin="local" if local else "accumulated",
        cause=causes.of_layer(trial) if local else "",
    )
    return found
