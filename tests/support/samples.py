"""A small result of every kind, for the tests of `results` and `show`."""

from legacy_cnn.results import (
    ClassScores,
    Comparison,
    DataSummary,
    DialectResult,
    Epoch,
    Evaluation,
    FileSummary,
    Prediction,
    Predictions,
    Record,
    Seconds,
    TrainingResult,
)
from support.studies import STUDY

EVALUATION = Evaluation(
    images=12,
    accuracy=0.75,
    accuracy_dropout_on=0.5,
    confusion=tuple(tuple(3 * (label == digit < 3) for digit in range(10)) for label in range(10)),
    classes=tuple(ClassScores(digit, 0.5, None, 1 / 3, 3) for digit in range(10)),
)
PREDICTIONS = Predictions(
    (
        Prediction("one.png", 1, (0.0, 1.0, *8 * (0.0,))),
        Prediction("a  directory/[red]seven.png", 7, (*7 * (0.0,), 0.875, 0.125, 0.0)),
    )
)
DATA_SUMMARY = DataSummary(
    set="MNIST",
    exported_to="out",
    files=(
        FileSummary("train-images-idx3-ubyte", "/data/images", (60000, 28, 28), "0a1b", True),
        FileSummary("train-labels-idx1-ubyte", "/data/labels", (3,), "2c3d", False, (1, 2)),
    ),
)
TRAINING = TrainingResult(
    status="interrupted",
    step=858,
    epochs=(
        Epoch(0, 3388026.08, 0.7756, 0.9481, 0.93, 15.241),
        Epoch(1, float("inf"), 0.9279, 0.965, float("nan"), 14.906),
    ),
    accuracy=0.965,
    weights_sha256="68e5",
    seconds=Seconds(training=30.147, computing=29.5),
)
COMPARISON = Comparison(
    settings={"data_dir": None, "batch_size": 16, "keep_prob": 0.8, "rounds": 2},
    versions={"tensorflow": "2.21.0"},
    machine={"system": "Linux", "processor": "a <fast> one", "cores": 2},
    dialects={
        "graph": DialectResult(
            title="graph",
            build=0.25,
            first_step=0.5,
            step=0.0125,
            least=0.0112,
            most=0.0138,
            times=1.0,
            rate=1280.0,
            memory=700_000_000,
            memory_of_imports=450_000_000,
            trace=0.125,
            operations=253,
            handed_over=1,
            prints={"built": ('print: Tensor("Mean:0", shape=(), dtype=float32)',), "step 1": ()},
        ),
        "eager": DialectResult(
            title="eager",
            build=1.25,
            first_step=0.75,
            step=0.0375,
            least=0.0336,
            most=0.0414,
            times=3.0,
            rate=426.7,
            memory=720_000_000,
            memory_of_imports=460_000_000,
            trace=None,
            operations=None,
            handed_over=1234,
            prints={"built": (), "step 1": ("print: tf.Tensor(2.5)", "tf.print: 2.5")},
        ),
    },
    values={"conv1": {"eager": 0.0}, "loss": {"eager": 1.25e-7}},
)

#: Kind -> a result of it; a test demands one of every kind in `results.KINDS`.
SAMPLES: dict[str, Record] = {
    one.kind: one for one in (COMPARISON, DATA_SUMMARY, EVALUATION, PREDICTIONS, STUDY, TRAINING)
}
