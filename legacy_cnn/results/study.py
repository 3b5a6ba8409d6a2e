"""results.json of a study: the tutorial's variants over seeds, beside published runs."""

import base64
import dataclasses
import itertools
import math
from typing import Literal

from legacy_cnn.errors import ResultError
from legacy_cnn.results.jsonvalues import described
from legacy_cnn.results.record import Record

#: What is measured after each epoch of a training: fields of `RunEpoch`, and of `EpochSpreads`.
MEASURED = ("loss", "train_accuracy", "test_accuracy", "test_accuracy_dropout_on")

#: Weights of one filter of the first layer, 5 by 5.
FILTER = 25
#: Pixels of a test image, 28 by 28.
PIXELS = 784


@dataclasses.dataclass(frozen=True)
class Data:
    """The data set that the trainings used."""

    name: str | None  #: of a published set; None for others
    sha256: dict[str, str]  #: file -> SHA-256 of its uncompressed content, in hexadecimal


@dataclasses.dataclass(frozen=True)
class Environment:
    """What some of the trainings ran on; a study has several if they differ."""

    versions: dict[str, str]  #: package -> version
    machine: dict[str, str | int | None]
    data: Data
    threads: int
    host: str = ""  #: the machine's name in its network; empty if it was not recorded
    trainings: tuple[str, ...] = ()  #: those that ran on it, as "scaled-0": name and seed


@dataclasses.dataclass(frozen=True)
class PublishedRun:
    """Somebody else's run of this program."""

    id: str
    source: str
    variant: str  #: which program it was, in words
    losses: tuple[float, ...]  #: one an epoch, summed over its batches
    accuracy: float  #: on the whole test set, 0.0-1.0


@dataclasses.dataclass(frozen=True)
class Spread:
    """A quantity over seeds."""

    mean: float
    deviation: float | None  #: standard deviation of the sample; None for one seed
    least: float
    most: float


@dataclasses.dataclass(frozen=True)
class Accuracies(Spread):
    """The accuracy after the last epoch over seeds, 0.0-1.0."""

    by_seed: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class EpochSpreads:
    """Each measured quantity, epoch by epoch."""

    loss: tuple[Spread, ...]
    train_accuracy: tuple[Spread, ...]
    test_accuracy: tuple[Spread, ...]
    test_accuracy_dropout_on: tuple[Spread, ...]

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in MEASURED}
        if len(lengths) > 1 or 0 in lengths:
            raise ResultError("the quantities must have the same number of epochs, at least 1.")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the value of a published run lies among the study's own."""

    value: float
    below: int  #: number of own values below it
    of: int  #: number of own values
    within: bool  #: whether it is within the range of the own values
    deviations: float | None  #: standard deviations above the mean; None for one seed


@dataclasses.dataclass(frozen=True)
class PublishedPlaces:
    """A published run of a variant, compared with the study's own."""

    id: str
    losses: tuple[Place, ...]  #: one an epoch
    accuracy: Place | None  #: None if the study has another number of epochs


@dataclasses.dataclass(frozen=True)
class TrainedVariant:
    """A variant of the tutorial that can be trained, and its results."""

    title: str
    lesson: str  #: what it teaches
    training: str  #: key of `Study.trainings`; several variants may share a training
    measured: Literal["test_accuracy", "test_accuracy_dropout_on"]  #: what `accuracy` is
    epochs: EpochSpreads
    accuracy: Accuracies
    published: PublishedPlaces | None

    def __post_init__(self) -> None:
        if not self.accuracy.by_seed:
            raise ResultError("accuracy.by_seed is empty.")


@dataclasses.dataclass(frozen=True)
class Refusal:
    """The error that TensorFlow raised."""

    when: Literal["built", "run"]  #: while the graph was built, or in a session
    error: str  #: type of the error
    said: str  #: its message, shortened


@dataclasses.dataclass(frozen=True)
class RefusedVariant:
    """A variant of the tutorial that TensorFlow is expected to refuse."""

    title: str
    lesson: str  #: what it teaches
    training: None
    refused: Refusal | None  #: None if TensorFlow accepted it


@dataclasses.dataclass(frozen=True)
class RunEpoch:
    """One epoch of a training with one seed; accuracies are 0.0-1.0."""

    loss: float  #: summed over the batches
    train_accuracy: float
    test_accuracy: float  #: with the dropout off
    test_accuracy_dropout_on: float


@dataclasses.dataclass(frozen=True)
class SeedRun:
    """A training with one seed."""

    seed: int
    epochs: tuple[RunEpoch, ...]
    seconds: float
    weights_sha256: str  #: of all weights at the end, in hexadecimal


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A test image that a trained network misclassifies."""

    index: int  #: in the test set
    label: int
    prediction: int
    margin: float  #: logit of the prediction minus logit of the label
    pixels: str  #: 784 bytes, row by row, as base64

    def __post_init__(self) -> None:
        try:
            size = len(base64.b64decode(self.pixels, validate=True))
        except ValueError as error:
            raise ResultError("pixels is not base64.") from error
        if size != PIXELS:
            raise ResultError(f"pixels holds {size} bytes, expected {PIXELS}.")


@dataclasses.dataclass(frozen=True)
class Specimen:
    """One trained network, examined with the dropout off."""

    seed: int
    filters_before: tuple[tuple[float, ...], ...]  #: of the first layer, each 25 values row by row
    filters_after: tuple[tuple[float, ...], ...]
    confusion: tuple[tuple[int, ...], ...]  #: row is the label, column the prediction
    mistakes: tuple[Mistake, ...]  #: the most confident ones, in descending order of the margin

    def __post_init__(self) -> None:
        filters = (*self.filters_before, *self.filters_after)
        if not filters or len(self.filters_before) != len(self.filters_after):
            raise ResultError("filters_before and filters_after must be equally long, at least 1.")
        if any(len(weights) != FILTER for weights in filters):
            raise ResultError(f"a filter must have {FILTER} values.")
        size = len(self.confusion)
        if not size or any(len(row) != size for row in self.confusion):
            raise ResultError("confusion is not a square matrix.")

    @property
    def filters_change(self) -> tuple[tuple[float, ...], ...]:
        """What the training added to each weight of the filters."""
        pairs = zip(self.filters_before, self.filters_after, strict=True)
        return tuple(
            tuple(after - before for before, after in zip(*pair, strict=True)) for pair in pairs
        )

    @property
    def filters_moved(self) -> float:
        """The Euclidean norm of the change, as a share of that of the weights before training.

        Infinite or not a number if a weight is, or if all were zero.
        """
        norm = _norm(self.filters_before)
        return _norm(self.filters_change) / norm if norm else math.inf


def _norm(filters: tuple[tuple[float, ...], ...]) -> float:
    """The Euclidean norm of all weights together."""
    return math.hypot(*itertools.chain.from_iterable(filters))


@dataclasses.dataclass(frozen=True)
class GraphTensor:
    """A tensor on the forward path of the tutorial's graph, and how it is computed."""

    name: str  #: see `legacy_cnn.vocabulary`
    shape: tuple[int, ...]  #: for one image, without the batch; empty for a single number
    operations: tuple[str, ...]  #: types of those that compute it from the tensor before it
    weights: dict[str, tuple[int, ...]]  #: name -> shape of each variable that they use
    fed: dict[str, tuple[int, ...] | None]  #: placeholder -> its shape; None if it has none


@dataclasses.dataclass(frozen=True)
class Study(Record):
    """What `legacy_cnn.study.reproduce` returns, and results.json of a study."""

    kind = "study"

    command: tuple[str, ...]  #: the command line that runs the same study
    made_with: tuple[Environment, ...]
    published: tuple[PublishedRun, ...]
    variants: dict[str, TrainedVariant | RefusedVariant]
    trainings: dict[str, tuple[SeedRun, ...]]
    specimens: dict[str, Specimen]  #: training -> its first seed
    graph: tuple[GraphTensor, ...]  #: from the input to the loss

    def __post_init__(self) -> None:
        for name, variant in self.trained.items():
            runs = self.trainings.get(variant.training, ())
            epochs = len(variant.epochs.loss)
            if not runs or any(len(run.epochs) < epochs for run in runs):
                raise ResultError(
                    f"trainings has no run of {epochs} epochs for the variant {described(name)}."
                )

    @property
    def trained(self) -> dict[str, TrainedVariant]:
        """The variants that were trained."""
        return {
            name: variant
            for name, variant in self.variants.items()
            if isinstance(variant, TrainedVariant)
        }
