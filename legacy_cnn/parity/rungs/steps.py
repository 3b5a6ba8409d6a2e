"""Training steps, each from the state that the reference has reached.

Two correct programs drift apart: a last bit decides which of two pixels a pool selects, and after
thirty steps Adam's moments were up to a fifth apart with nothing wrong (docs/results/drift.json).
So the candidate gets the reference's weights and slots before every step, and a difference after
it comes from this step. Whatever else the candidate keeps, a step count or an accumulated
gradient, stays its own.
"""

from collections.abc import Iterator

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.rungs import not_finite, whole_steps
from legacy_cnn.parity.rungs.whole_steps import Step
from legacy_cnn.parity.scene import Scene
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, Finding

GOING_ON = "the script goes on from a checkpoint; its optimizer was compared from its beginning"


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares weights and slots in every step until one differs, with both sizes of weights.

    Small weights take one step with a whole batch and one with a smaller one. Then come steps after
    many others: what a step itself counts is no part of an update alone.
    """
    compared = list(ground.over_scenes(_findings))
    yield from compared
    if not any(finding.verdict == DIFFERENT for finding in compared):
        yield from whole_steps.of_part(ground, "steps")
        for late in whole_steps.findings(ground, "steps", ground.late_few):
            yield from late
        yield from not_finite.findings(ground)
    yield from _left_out(ground)


def _left_out(ground: Ground) -> Iterator[Finding]:
    """What a script was seen to do, and no step of the comparison does."""
    reference = ground.reference
    recorded = reference.recorded
    if recorded is None:
        return
    going_on = [GOING_ON] if reference.is_trained else []
    for sentence in (*going_on, *recorded.doubts, *recorded.changing.values()):
        yield Finding("what the script does", NOT_COMPARED, note=sentence)


def _findings(scene: Scene) -> Iterator[Finding]:
    ground, (reference, candidate) = scene.ground, scene.states
    is_followed = bool(scene.note and ground.part)  # by a step with a smaller batch
    for number, batch in enumerate(ground.batches[: 1 if is_followed else None], 1):
        step = Step(scene, "steps", reference, candidate, batch, scene.note, number)
        compared = list(step.findings())
        yield from compared
        if any(finding.verdict == DIFFERENT for finding in compared):
            return
        reference, candidate = step.reference, step.candidate
    if scene.note:
        ground.reached = reference, candidate
    else:
        ground.trained = reference
