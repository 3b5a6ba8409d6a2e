"""Layers compared one after another; each depends only on those before it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.candidates.candidate import Pass
from legacy_cnn.parity.ground import Scene
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, SAME, Finding

#: A difference is gone if it has shrunk by this factor. On its way through a layer or two, a real
#: one may shrink by some powers of ten, but not to rounding.
GONE = 1e-4


def settle(findings: Sequence[Finding]) -> list[Finding]:
    """Marks a difference as rewritten if a later layer shows nothing of it.

    The layers are a chain: each is computed from the one before it and from nothing else that
    flows. So if a layer is the same, whatever differed before it is another way to the same value,
    for example a relu after the pool instead of before it.
    """
    return [
        dataclasses.replace(finding, verdict=REWRITTEN)
        if finding.verdict == DIFFERENT and _is_gone(finding, findings[at + 1 :])
        else finding
        for at, finding in enumerate(findings)
    ]


def _is_gone(finding: Finding, later: Sequence[Finding]) -> bool:
    figures = finding.figures
    # What is not finite is a difference wherever it is: a pool may swallow a NaN.
    if figures is None or not np.isfinite(figures.absolute):
        return False
    return any(
        other.verdict == SAME
        and other.figures is not None
        and other.figures.relative <= GONE * figures.relative
        for other in later
    )


def explain(
    scene: Scene, rung: str, findings: list[Finding], passed: Pass, **feed: Any
) -> list[Finding]:
    """Adds origin and cause to the first difference, if they can be found.

    The reference computes that layer again from the candidate's layer before it: if the result
    equals the candidate's, the error came in with the input and only accumulated.

    Args:
      scene: the weights of both programs.
      rung: the row of the table of tolerances.
      findings: in the order of the layers; the list is changed.
      passed: the candidate's pass.
      **feed: keep probability and mask for the reference.
    """
    layers = scene.ground.reference.layers
    at = next((at for at, one in enumerate(findings) if one.verdict == DIFFERENT), None)
    if at is None or findings[at].figures is None:
        return findings
    layer = findings[at].tensor
    if layer == "images":
        cause = causes.of_images(scene.ground.batches[0][0], passed.layers["images"])
        findings[at] = dataclasses.replace(findings[at], cause=cause)
    if layer not in layers:
        return findings
    before = [one.tensor for one in findings[:at] if one.tensor in layers and one.verdict == SAME]
    trial = causes.Trial(scene, layer, before[-1] if before else None, passed, feed)
    again = scene.ground.compare(rung, layer, trial.expected(), passed.layers[layer])
    is_local = again.verdict == DIFFERENT
    findings[at] = dataclasses.replace(
        findings[at],
        origin="local" if is_local else "accumulated",
        cause=causes.of_layer(trial) if is_local else "",
    )
    return findings
