"""Layers compared one after another, each depending on those before it alone."""

import dataclasses

from legacy_cnn.parity import causes
from legacy_cnn.parity.report import DIFFERENT, REWRITTEN, SAME


def settle(found):
    """Marks as rewritten what differs before a layer that is the same.

    The layers are a chain: each is computed from the one before it and from nothing else that
    flows. So once one is the same, whatever was different before it is another way to the same
    value (a relu after the pool for one before it, say).
    """
    same = [at for at, finding in enumerate(found) if finding.verdict == SAME]
    last = same[-1] if same else -1
    return [
        dataclasses.replace(finding, verdict=REWRITTEN)
        if finding.verdict == DIFFERENT and at < last
        else finding
        for at, finding in enumerate(found)
    ]


def explain(ground, rung, found, passed, **feed):
    """Says of the first different layer where the difference comes from, and why, if it can.

    The reference computes that layer again from what the candidate had before it: if that gives
    what the candidate has, the error came in with the input and only accumulated.
    """
    at = next((at for at, each in enumerate(found) if each.verdict == DIFFERENT), None)
    if at is None or found[at].tensor not in ground.reference.layers or found[at].figures is None:
        return found
    layer = found[at].tensor
    before = [each.tensor for each in found[:at] if each.tensor in ground.reference.layers]
    before = [each for each in before if each not in ground.rewritten]
    override = {before[-1]: passed.layers[before[-1]]} if before else {}
    images = ground.first_batch[0]
    again = ground.reference.forward(images, override=override, only=[layer], **feed)[layer]
    local = ground.compare(rung, layer, again, passed.layers[layer]).verdict == DIFFERENT
    cause = ""
    if local:
        given = override[before[-1]] if before else images
        cause = causes.of_layer(ground, layer, given, passed.layers[layer])
    found[at] = dataclasses.replace(
        found[at], origin="local" if local else "accumulated", cause=cause
    )
    return found
