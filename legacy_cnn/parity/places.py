"""Where two programs part: the operations at the first difference, and their lines of code."""

import contextlib
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.partners import ENOUGH, Candidates
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.usercode import line_of
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

#: What holds a value, or hands it on, and computes none.
_HOLDING = ("ReadVariableOp", "Identity", "Const", "Placeholder", "Cast", "VarHandleOp")

#: Tensors of equal programs are nearer than this, in the norm.
ALIKE = 1e-4

#: Rung -> the candidate's step that it looks into.
STEPS = {"forward": "call", "dropout": "train"}


def placed(ground: Ground, rung: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings of a rung, with the place of the first difference if it can be told."""
    at = next((at for at, one in enumerate(findings) if one.verdict == DIFFERENT), None)
    if at is None:
        return findings
    place = ""
    with contextlib.suppress(Exception):  # a verdict stands without it
        place = _place(ground, rung, findings[: at + 1])
    first = dataclasses.replace(findings[at], place=place)
    return (*findings[:at], first, *findings[at + 1 :])


def _place(ground: Ground, rung: str, findings: tuple[Finding, ...]) -> str:
    if rung == "loss" and ground.reference.loss is not None:
        return _told(("the reference", ground.reference.loss.op))
    candidate = ground.candidate
    if rung not in STEPS or not isinstance(candidate, LiftedSide):
        return ""
    if not findings[-1].row:
        return ""  # what the port draws by itself has no place in the reference
    scene = ground.scenes[1]
    values = scene.evaluated if rung == "forward" else scene.trained
    same = next((one for one in reversed(findings[:-1]) if one.verdict == SAME), None)
    layer = None if same is None else ground.reference.layers.get(same.tensor)
    here, there = (one.tensors for one in values)
    reference = _first_apart(
        ground.reference.forward_operations, layer.name if layer is not None else "", here, there
    )
    port = _first_apart(
        candidate.operations(STEPS[rung]), "" if same is None else same.partner, there, here
    )
    return _told(("the reference", reference), ("the port", port))


def _first_apart(
    operations: Iterable[Any], after: str, own: Mapping[str, Array], other: Mapping[str, Array]
) -> Any:
    """The first operation whose values the other program does not have.

    Args:
      operations: in the order of computation.
      after: the tensor that is the last one that both have; "" to begin with the first.
      own: the tensors of these operations.
      other: those of the other program.
    """
    candidates, waits = Candidates(other), bool(after)
    for op in operations:
        for tensor in () if op.type in _HOLDING else op.outputs:
            if tensor.name == after:
                waits = False
            elif not waits and _is_apart(own.get(tensor.name), candidates):
                return op
    return None


def _is_apart(value: Array | None, others: Candidates) -> bool:
    if value is None or value.dtype.kind != "f" or value.size < ENOUGH:
        return False
    return others.nearest(value, ALIKE) is None


def _told(*operations: tuple[str, Any]) -> str:
    """Each operation with its line of code, in words."""
    words = []
    for side, op in operations:
        if op is not None:
            line = line_of(op)
            words.append(f"{side} has {op.name} ({line})" if line else f"{side} has {op.name}")
    return f"There {', '.join(words)}" if words else ""
