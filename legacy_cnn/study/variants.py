"""What is tried: the tutorial as it stands, mended, and with each of its mistakes by itself."""

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
        "as published: dropout on in training and in the evaluation",
        "Dropout left on in the evaluation hides what the net can do: the same weights name more "
        "digits right with it off; with it on they name the same picture differently from one time "
        "to the next.",
        "dropout",
        dropout_on=True,
    ),
    "fixed": Variant(
        "fixed: dropout off in the evaluation",
        "The same weights as in the variant as published; feeding 1.0 as the keep probability is "
        "all the mending there is.",
        "dropout",
    ),
    "no-dropout": Variant(
        "no dropout at all",
        "Without the noise the loss is lower at first. In the recorded study it no longer is "
        "after some epochs, and what dropout is for, a better test accuracy, hardly shows in ten "
        "epochs of this net: it is less than seeds differ by.",
        "no-dropout",
        published="C1",
    ),
    "two-epochs": Variant(
        "as published, two epochs",
        "In the recorded study most of the way is done in the first two epochs; eight more add "
        "three points.",
        "dropout",
        dropout_on=True,
        epochs=2,
        published="C2",
    ),
    "scaled": Variant(
        "scaled first weights",
        "What the tutorial would have reached: with weights drawn to the size of their layer "
        "losses are of the size that cross-entropy has. In the recorded study one epoch does more "
        "than ten with N(0, 1).",
        "scaled",
    ),
    "swapped-loss": Variant(
        "logits and labels swapped by hand",
        "The loss falls without end, far below zero, which no cross-entropy can; the accuracy "
        "stays where guessing is; and nothing complains.",
        "swapped-loss",
    ),
    "upgraded-loss": Variant(
        "the loss as `tf_upgrade_v2` rewrites it",
        "It swaps the arguments, too, and reports no problem; but this function lets no gradient "
        "through to the labels, so TensorFlow stops when the optimizer is added to the graph.",
    ),
    "positional-loss": Variant(
        "the loss as it stands in the listing",
        "The positions mean (labels, logits) now, so it is swapped, and stops in the same way. "
        "TensorFlow 1.0 to 1.15 refused positions outright.",
    ),
    "late-pooling": Variant(
        "both pools after the second convolution, as in the fragments",
        "The graph is built without a word: a reshape to [-1, 3136] makes four rows of every "
        "image. Only a session that is fed sees that labels and logits do not match.",
    ),
}
