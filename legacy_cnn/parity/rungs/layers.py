"""Layers compared one after another, each with the tensor of the candidate that has its values."""

import dataclasses
import functools

import numpy as np

from legacy_cnn.parity import reenacted
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.partners import Candidates, Partner
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.rounding import Noise
from legacy_cnn.parity.rungs import side_outputs
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.side import Batch, Values
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, SAME, Finding

#: A mistake may stand behind one of so many layers, the last of which differs.
BEFORE = 3

#: A difference is gone if it has shrunk by this factor. On its way through a layer or two, a real
#: one may shrink by some powers of ten, but not to rounding.
GONE = 1e-4


def compare(
    scene: Scene,
    row: str,
    values: tuple[Values, Values],
    partners: Candidates,
    noise: Noise,
    batch: Batch | None = None,
) -> list[Finding]:
    """Compares every layer of the reference with its partner, and what the candidate returns.

    Args:
      scene: the weights of both programs.
      row: the row of the table of tolerances.
      values: of both programs.
      partners: the candidate's tensors.
      noise: of the layers.
      batch: of a step of training; None outside of training.
    """
    findings = []
    last, output = scene.ground.reference.names.output, values[1].output
    for name, value in scene.ground.reference.layers.among(values[0].tensors).items():
        if name == last and output is not None:
            findings.append(of_output(scene, row, name, value, output, noise))
            continue
        partner = (
            side_outputs.partner(name, value, values)
            or partners.nearest(value)
            or partners.nearest_part(value)
            or _of_parts(scene, name, values[0].tensors, partners)
        )
        of_layer = functools.partial(noise.of, name)
        if partner is None:
            note = "no tensor of the port has these values"
            findings.append(Finding(name, DIFFERENT, note=note, row=row))
        else:
            finding = scene.ground.compare(
                row, name, value, partner.value, note=scene.note, noise=of_layer
            )
            findings.append(dataclasses.replace(finding, partner=partner.name))
    return explained(scene, row, settle(scene, findings), batch)


def _of_parts(scene: Scene, name: str, tensors: Arrays, partners: Candidates) -> Partner | None:
    """The partners of all tensors that were joined to a layer, joined: a port may have no more."""
    parts, axis = scene.ground.reference.parts_of.get(name, ((), 0))
    found = [partners.nearest(tensors[part.name]) for part in parts]
    known = [partner for partner in found if partner is not None]
    if not known or len(known) < len(found):
        return None
    value = np.concatenate([partner.value for partner in known], axis)
    return Partner(known[0].name, value, max(partner.distance for partner in known))


def explained(
    scene: Scene, row: str, findings: list[Finding], batch: Batch | None
) -> list[Finding]:
    """The findings with the cause of the first difference, if it is a known one.

    With small weights: beside values in the thousands, one mistake looks like another.
    """
    at = next((at for at, one in enumerate(findings) if one.verdict == DIFFERENT), None)
    if at is None:
        return findings
    stage = reenacted.Stage(scene.ground.scenes[1], batch)
    if not stage.differs:  # a relu6 bends where only the weights of this scene reach
        stage = reenacted.Stage(scene, batch)
    if at == 0 and (found := reenacted.of_images(stage)):
        images, cause = found
        finding = scene.ground.compare(row, "images", stage.images, images, note=scene.note)
        return [dataclasses.replace(finding, cause=cause), *findings]
    names = [one.tensor for one in findings[: at + 1] if one.tensor in stage.values]
    if names:
        same = [one.tensor for one in findings[:at] if one.verdict == SAME]
        layer, cause = reenacted.cause_of(stage, names[: -BEFORE - 1 : -1], same)
        tensor = layer if cause else findings[at].tensor
        findings[at] = dataclasses.replace(findings[at], cause=cause, tensor=tensor)
    return findings


def of_output(
    scene: Scene, row: str, name: str, value: Array, output: Array, noise: Noise
) -> Finding:
    """Compares what the candidate returns: logits, or probabilities, which are their softmax."""
    known = returned(name, value, output)

    def spread(runs: int) -> Array:
        return known.spread(noise.of(name, runs))

    return scene.ground.compare(
        row, known.name, known.expected, known.output, note=scene.note, noise=spread
    )


def settle(scene: Scene, findings: list[Finding]) -> list[Finding]:
    """Marks a difference as rewritten if a later layer that depends on it shows nothing of it.

    So if a layer is the same, whatever differed before it is another way to the same value, for
    example a relu after the pool instead of before it. A partner that is that of another layer, and
    the same, is none: the port has no such tensor, as a loop has none for each of its steps.
    """
    taken = {finding.partner for finding in findings if finding.verdict == SAME} - {""}
    return [
        dataclasses.replace(finding, verdict=REWRITTEN)
        if finding.verdict == DIFFERENT
        and _is_gone(scene, finding, findings[at + 1 :], finding.partner in taken)
        else finding
        for at, finding in enumerate(findings)
    ]


def _is_gone(scene: Scene, finding: Finding, later: list[Finding], is_taken: bool) -> bool:
    figures = finding.figures
    # What is not finite is a difference wherever it is: a pool may swallow a NaN.
    if figures is not None and not np.isfinite(figures.absolute):
        return False
    dependent = scene.ground.reference.layers.dependents(finding.tensor)
    return any(
        other.verdict == SAME
        and (other.tensor in dependent or other.tensor == "probabilities")
        and (
            is_taken
            or figures is None
            or other.figures is None
            or other.figures.relative <= GONE * figures.relative
        )
        for other in later
    )
