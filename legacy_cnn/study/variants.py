"""The variants of the study: the tutorial as published, fixed, and with each of its mistakes."""

import dataclasses

#: Training -> the settings that are not the tutorial's. Some variants share a training and differ
#: in its reading alone.
TRAININGS: dict[str, dict] = {
    "dropout": {},
    "no-dropout": {"keep_prob": 1.0},
    "scaled": {"initial": "scaled"},
    "swapped-loss": {"graph": "swapped-loss"},
}


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way to run the tutorial, and what it teaches."""

    title: str
    lesson: str
    training: str | None = None  # one of TRAININGS; None: TensorFlow refuses it
    dropout_on: bool = False  # in the evaluation
    epochs: int | None = None  # that it has; None is as many as are asked for
    published: str | None = None  # id of a published run of it


VARIANTS = {
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
