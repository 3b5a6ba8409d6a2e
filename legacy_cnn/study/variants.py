"""The variants of the study: the tutorial as published, fixed, and with each of its mistakes."""

import dataclasses
from typing import Any, Literal

#: Training -> the settings that differ from the tutorial's. Variants that share a training differ
#: only in how it is evaluated.
TRAININGS: dict[str, dict[str, Any]] = {
    "dropout": {},
    "no-dropout": {"keep_prob": 1.0},
    "first-loader": {"release": "0.12"},
    "scaled": {"initial": "scaled"},
    "swapped-loss": {"graph": "swapped-loss"},
}


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way to run the tutorial, and what it teaches."""

    title: str
    lesson: str
    training: str | None = None  #: one of `TRAININGS`; None if TensorFlow refuses it
    dropout_on: bool = False  #: in the evaluation
    epochs: int | None = None  #: number of epochs; None for as many as the study has
    published: str | None = None  #: id of a published run of it

    @property
    def measured(self) -> Literal["test_accuracy", "test_accuracy_dropout_on"]:
        """The accuracy that counts for this variant."""
        return "test_accuracy_dropout_on" if self.dropout_on else "test_accuracy"


VARIANTS: dict[str, Variant] = {
    "published": Variant(
        "as published: dropout on in training and evaluation",
        "Dropout during evaluation hides what the network can do: with dropout off, the same "
        "weights classify more digits correctly. With dropout on, they classify the same image "
        "differently from run to run.",
        "dropout",
        dropout_on=True,
    ),
    "fixed": Variant(
        "fixed: dropout off in evaluation",
        "The weights are the same as in the published variant. Feeding 1.0 as the keep "
        "probability is the whole fix.",
        "dropout",
    ),
    "no-dropout": Variant(
        "no dropout at all",
        "Without dropout, the loss is lower at first. In the recorded study, this is no longer so "
        "after some epochs. The purpose of dropout, a better test accuracy, hardly shows in ten "
        "epochs of this network: the gain is smaller than the differences between seeds.",
        "no-dropout",
        published="C1",
    ),
    "two-epochs": Variant(
        "as published, two epochs",
        "In the recorded study, the first two epochs reach most of the accuracy. Eight more "
        "epochs add three percentage points.",
        "dropout",
        dropout_on=True,
        epochs=2,
        published="C2",
    ),
    "first-loader": Variant(
        "as published, with the loader of its time",
        "TensorFlow 0.12 and 1.0 did not shuffle before the first epoch, and dropped what was left "
        "of the images at an epoch's end. Later loaders begin the next epoch with them.",
        "first-loader",
        dropout_on=True,
    ),
    "scaled": Variant(
        "scaled initial weights",
        "This is what the tutorial could have reached: if the weights are scaled to the size of "
        "their layer, the losses have the usual size of a cross-entropy. In the recorded study, "
        "one epoch reaches more than ten epochs with N(0, 1).",
        "scaled",
    ),
    "swapped-loss": Variant(
        "logits and labels swapped by hand",
        "The loss decreases without bound, far below zero, although a cross-entropy cannot be "
        "negative. The accuracy stays at chance. There is no error message.",
        "swapped-loss",
    ),
    "upgraded-loss": Variant(
        "the loss as `tf_upgrade_v2` rewrites it",
        "The script swaps the arguments as well, and reports no problem. But gradients do not "
        "flow to the labels in this function, so TensorFlow raises an error when the optimizer is "
        "added to the graph.",
    ),
    "positional-loss": Variant(
        "the loss as in the listing",
        "The positions now mean (labels, logits), so the arguments are swapped, and the error is "
        "the same. TensorFlow 1.0 to 1.15 rejected positional arguments.",
    ),
    "late-pooling": Variant(
        "both pools after the second convolution, as in the fragments",
        "The graph is built without an error: a reshape to [-1, 3136] makes four rows of every "
        "image. Labels and logits do not match, but only a session that is fed reports it.",
    ),
}
