"""The rungs of the ladder, from the bottom up; each isolates one cause of a difference."""

from legacy_cnn.parity.rungs import (
    batch,
    dropout,
    forward,
    gradients,
    loss,
    predictions,
    steps,
    update,
    weights,
)

#: Name -> function from a `Ground` to findings, in the order in which they are climbed.
RUNGS = {
    "batch": batch.findings,
    "weights": weights.findings,
    "forward": forward.findings,
    "dropout": dropout.findings,
    "loss": loss.findings,
    "gradients": gradients.findings,
    "update": update.findings,
    "steps": steps.findings,
    "predictions": predictions.findings,
}
