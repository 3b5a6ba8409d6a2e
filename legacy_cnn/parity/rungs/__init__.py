"""The rungs of the ladder, from the bottom up; each isolates one cause of a difference."""

from legacy_cnn.parity.rungs import (
    batch,
    dropout,
    fit,
    forward,
    gradients,
    initial,
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
    "fit": fit.findings,
    "predictions": predictions.findings,
    "initial weights": initial.findings,
}

#: Name -> what is compared, in one line, for reports.
COMPARES = {
    "batch": "the images and labels of each batch, if the candidate has data of its own",
    "weights": "shapes, types and values of the weights, after they were assigned and after a call",
    "forward": "every layer, with dropout off, and what the model returns",
    "dropout": "every layer in training, with the same noise in both programs",
    "loss": "the loss of a batch in training, and of a smaller one",
    "gradients": "the gradient with respect to every parameter, in the port's own step",
    "update": "slots and weights after one update, from the same gradients",
    "steps": "slots and weights after whole training steps, each from the state of the reference",
    "fit": "the port's own fit over two epochs, against its own steps",
    "predictions": "the output and the class of test images, and what evaluate logs",
    "initial weights": "the distribution of each parameter's first values, and the slots' own",
}
