"""Which rungs can be climbed: what each needs of the two programs, and what is missing."""

from collections.abc import Iterable
from typing import NamedTuple

from legacy_cnn.errors import unknown_name
from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.partners import is_near
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Part
from legacy_cnn.parity.updates import is_assigning
from legacy_cnn.settings import ParitySettings

#: Rung -> what it needs.
NEEDS: dict[str, tuple[Part, ...]] = {
    "batch": ("data",),
    "weights": (),
    "forward": ("computation",),
    "dropout": ("computation", "training", "dropout"),
    "loss": ("computation", "training", "loss"),
    "gradients": ("computation", "training", "loss"),
    "update": ("computation", "training", "optimizer"),
    "steps": ("computation", "training", "optimizer"),
    "fit": ("computation", "training", "loss", "optimizer", "fit"),
    "predictions": ("computation",),
    "initial weights": ("initial",),
}

#: Layers further apart than this, relative to their norm, are others in training.
OTHER = 1e-5

#: Rungs that a quick comparison leaves out: those that take most of the time.
SLOW = ("steps", "fit", "predictions", "initial weights")


class Gap(NamedTuple):
    """Why a rung is not compared."""

    reason: str
    owed: bool  #: whether the programs can be the same only if it is compared


def check_rungs(names: Iterable[str]) -> None:
    """Raises UsageError for a name that no rung has."""
    for name in names:
        if name not in RUNGS:
            raise unknown_name("rung", name, RUNGS)


def gap(rung: str, ground: Ground, settings: ParitySettings) -> Gap | None:
    """Returns why a rung is not compared, or None if it is."""
    if rung in settings.except_for:
        return Gap("left out on request", owed=False)
    needs = NEEDS.get(rung, ())
    absent = _absent(ground, needs)
    for part in needs:
        if part in absent:
            return absent[part]
    if settings.quick and rung in SLOW:
        return Gap("a quick comparison leaves it out", owed=True)
    missing, unused = ground.candidate.missing, ground.candidate.unused
    gaps = (Gap(missing[part], owed=part not in unused) for part in needs if part in missing)
    return next(gaps, None)


def _absent(ground: Ground, needs: tuple[Part, ...]) -> dict[Part, Gap]:
    """What the reference does not have, or its names do not give; data and `fit` are the port's."""
    reference, candidate = ground.reference, ground.candidate
    absent: dict[Part, Gap] = {}
    if not (candidate.train_data or candidate.test_data):
        absent["data"] = Gap("the candidate has no data", owed=False)
    if not hasattr(candidate, "fit"):
        absent["fit"] = Gap("the candidate is no Keras model, so it has no fit", owed=False)
    if "dropout" in needs and not reference.drawn and not _is_other_in_training(ground):
        absent["dropout"] = Gap("the reference has no dropout", owed=False)
    is_trained = _is_trained(reference)
    for part, reason in reference.missing.items():
        if part == "initial":
            absent[part] = Gap(reason, owed=False)
            continue
        unnamed = f"{reason} among its names, although its graph updates variables"
        absent[part] = Gap(unnamed if is_trained else reason, owed=is_trained)
    return absent


def _is_other_in_training(ground: Ground) -> bool:
    """Whether layers are others in training, as batch normalisation is, or the port's may be."""
    if "training" in ground.candidate.missing or ground.reference.loss is None:
        return False
    if ground.candidate.draws_noise:
        return True
    reference, state, batch = ground.reference, ground.scenes[1].states[0], ground.batches[0]
    evaluated = reference.layers.among(reference.evaluate(state, batch.images).tensors)
    trained = reference.layers.among(reference.pass_through(state, batch).tensors)
    return any(not is_near(evaluated[name], trained[name], OTHER) for name in evaluated)


def _is_trained(reference: GraphSide) -> bool:
    """Whether a graph updates variables: other than by assigning them, as initialisers do, or
    parameters by what is computed from its data."""
    plain = ("Assign", "AssignVariableOp")
    paths = Paths(reference.graph)
    assigning = [op for op in paths.operations if is_assigning(op)]
    of_data = paths.after(tensor.op for tensor in (*reference.inputs, *reference.targets))
    return any(
        op.type not in plain or any(tensor.op.name in of_data for tensor in op.inputs[1:])
        for op in assigning
    )
