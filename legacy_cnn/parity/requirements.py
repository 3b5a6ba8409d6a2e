"""Which rungs can be climbed: what each needs of the two programs, and what is missing."""

from legacy_cnn.parity.candidates.candidate import Part
from legacy_cnn.parity.ground import Ground

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
    "predictions": ("computation",),
}


def missing_for(rung: str, ground: Ground) -> str:
    """Returns why a rung cannot be climbed, or "" if it can."""
    missing = {**_missing_in_reference(ground), **ground.candidate.missing}
    if not (ground.candidate.train or ground.candidate.test):
        missing["data"] = "the candidate has no data"
    return next((missing[part] for part in NEEDS[rung] if part in missing), "")


def _missing_in_reference(ground: Ground) -> dict[Part, str]:
    missing: dict[Part, str] = {}
    if not ground.drops:
        missing["dropout"] = "the reference has no dropout"
    if ground.reference.loss is None:
        missing["loss"] = "the reference has no loss"
    if not ground.reference.updates:
        missing["optimizer"] = "the reference has no optimizer"
    return missing
