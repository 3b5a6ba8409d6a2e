"""A small result of every kind, for the tests of `results` and `show`."""

import math

from legacy_cnn.results import (
    Benchmark,
    ClassScores,
    Comparison,
    DataSummary,
    DialectResult,
    Epoch,
    Evaluation,
    Explanation,
    FileSummary,
    Inspection,
    OldName,
    OriginalsComparison,
    OwnComparison,
    OwnDialect,
    Part,
    Port,
    PortLine,
    Prediction,
    Predictions,
    PrintedComparison,
    PrintedLine,
    Record,
    Replay,
    ReplayedStep,
    ReplayedTensor,
    Seconds,
    TrainingResult,
)
from legacy_cnn.results.benchmark import (
    BatchGrowth,
    EvaluationTiming,
    Floor,
    Growth,
    LoaderTiming,
    SetGrowth,
    StepTiming,
    Titles,
)
from legacy_cnn.results.originals import Agreement, ReleaseAgreement
from support.reports import REPORT
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
EXPLANATION = Explanation(
    script="old/script.py",
    release="0.12.1",
    names=(
        OldName("tensorflow.contrib.tensor_forest", False, "scikit-learn has forests", ("a.py:5",)),
        OldName("tensorflow.mul", True, "", ("script.py:7", "script.py:12")),
    ),
)
PRINTED = PrintedComparison(
    script="old/script.py --steps 2",
    release="1.15.5",
    status_there=0,
    status_here=1,
    lines=(
        PrintedLine(1, "loss 0.5", "loss 0.50001", True),
        PrintedLine(2, "[red]accuracy", None, False),
    ),
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
    staleness=(600, 200, 58),
)
INSPECTION = Inspection(
    reference="a graph.meta",
    inputs=(Part("x", "input, float32 (None, 4)", "Input((4,))"),),
    layers=(Part("Relu", "MatMul, 4 x 2", 'Dense(2, activation="relu")'),),
    loss=(Part("loss", "Exp", note="no Keras line"),),
    parameters=(Part("[red]W", "4 x 2, zeros", '"zeros"'),),
    update=(Part("Adam", "ResourceApplyAdam", "Adam(0.001, epsilon=1e-8)", "of W"),),
    randomness=(),
)
PORT = Port(
    reference="old.py",
    folder="old_port",
    files=("port.py", "test_port.py"),
    lines=(PortLine("import keras"), PortLine('    h = layers.Dense(2)(x)  # "[b]"', "old.py", 12)),
    sources={"old.py": "h = tf.layers.dense(x, 2)\n"},
    report=REPORT,
)
BENCHMARK = Benchmark(
    settings={"parts": ["training"], "rounds": 2, "contenders": None},
    versions={"tensorflow": "2.21.0"},
    machine={"system": "Linux", "processor": "a <fast> one", "cores": 2},
    environment={"OMP_NUM_THREADS": "1"},
    failed={"torch": "PyTorch stopped: killed by SIGKILL"},
    titles=Titles({"graph": "legacy-cnn train", "keras": "Keras fit"}, {"ours": "our loader"}),
    baseline="graph",
    ours=("graph",),
    training={
        "graph": StepTiming(
            ((0.1, 0.3), (0.2,)), 985_000_000, 0.2, 0.1, 640.0, 1.0, 1.0, 1.0, first_step=6.49
        ),
        "keras": StepTiming(
            ((0.4,), (0.3,)), 1_400_000_000, 0.35, 0.3, 365.7, 1.75, 1.5, 2.0, first_step=9.98
        ),
    },
    evaluation={
        "graph": EvaluationTiming(
            ((1.5,), (2.5,)), 985_000_000, 2.0, 1.5, 5000.0, 1.0, 1.0, 1.0, accuracy=0.1009
        )
    },
    details={"kernels": {"flop": 10_000_000_000}},
    onednn_by_default=False,
    floor=Floor(
        flop_rate={"numpy": 1e11, "tensorflow": 2e11},
        byte_rate=2.5e10,
        flop=10_000_000_000,
        bytes=500_000_000,
        operations={"MatMul": 0.03, "Relu": 0.01},
    ),
    loader={
        "ours": (
            LoaderTiming(0.2, 0.002, 0.0001, 0.0015, 60_000_000),
            LoaderTiming(0.4, 0.001, 0.0003, 0.0025, 62_000_000),
        )
    },
    startup={"import legacy_cnn": (0.05, 0.03, 0.06)},
    growth=Growth(
        batches=(
            BatchGrowth(64, 1, 0.032, 2000.0, 900_000_000),
            BatchGrowth(64, 2, 0.016, 4000.0, 910_000_000),
            BatchGrowth(1024, 1, 0.512, 2000.0, 1_300_000_000),
        ),
        sets=(SetGrowth(60_000, 16.94, 0.007, 1_119_000_000),),
        epochs=(1_125_000_000, 1_126_000_000, 1_127_000_000),
    ),
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
OWN = OwnComparison(
    graph="pair.py:[red]graph",
    eager="pair.py:eager",
    versions={"tensorflow": "2.21.0"},
    machine={"system": "Linux", "cores": 2},
    inputs={"x": "float32 (4, 784)"},
    dialects={
        "graph": OwnDialect(
            title="graph",
            first=0.25,
            later=0.0004,
            operations=12,
            calls=1,
            outputs=("float32 (4, 10)", "float32 (4,)"),
            repeats=True,
            prints={"built": ('print: Tensor("Mean:0", shape=(), dtype=float32)',), "call 1": ()},
        ),
        "eager": OwnDialect(
            title="eager",
            first=0.5,
            later=0.0008,
            operations=None,
            calls=7,
            outputs=("float32 (4, 10)", "float32 (2, 2)"),
            repeats=False,
            prints={"call 1": ("print: tf.Tensor(2.5)",)},
        ),
    },
    values={"output 0": {"eager": 1.25e-7}, "output 1": {"eager": None}},
)

ORIGINALS = OriginalsComparison(
    settings={"data_dir": None, "steps": 12, "batch_size": 128, "seed": 0},
    versions={"tensorflow": "2.21.0"},
    machine={"system": "Linux", "processor": "a <fast> one", "cores": 2},
    releases={
        "0.12.1": ReleaseAgreement(
            versions={"python": "2.7.18", "numpy": "1.16.6", "tensorflow": "0.12.1"},
            parts={
                "loss": Agreement(0.0, 0.0, "loss", 1),
                "gradients": Agreement(1.5e-6, 12.5, "W_fc", 7),
            },
            seconds_there=0.4,
            seconds_here=0.1,
            bound=20.0,
        ),
        "1.4.0": ReleaseAgreement(
            versions={},
            parts={"loss": Agreement(math.inf, math.inf, "loss", 1)},
            seconds_there=0.25,
            seconds_here=0.0,
            bound=20.0,
        ),
    },
    failed={"1.15.5": "TensorFlow 1.15.5 stopped: killed by SIGKILL"},
)

#: Kind -> a result of it; a test demands one of every kind in `results.KINDS`.
REPLAY = Replay(
    trace="trace.npz",
    argv=("old script.py", "--steps"),
    recorded_on="1.4.0",
    python="3.6.15",
    replayed_on="2.21.0",
    recorded_steps=30,
    steps=(
        ReplayedStep(
            1,
            (
                ReplayedTensor("W", "variable", 0.0, None, None, True, True),
                ReplayedTensor("Relu:0", "tensor", 0.25, 1e-7, None, False, True),
                ReplayedTensor("loss:0", "fetched", 0.125, 0.0625, 1000.0, False, False),
            ),
        ),
        ReplayedStep(2, (), failure="The graph has the operation 'PyFunc'."),
    ),
    notes=("partial_run is used, whose runs are not recorded.",),
)
SAMPLES: dict[str, Record] = {
    one.kind: one
    for one in (
        BENCHMARK,
        COMPARISON,
        DATA_SUMMARY,
        INSPECTION,
        EVALUATION,
        EXPLANATION,
        ORIGINALS,
        OWN,
        PORT,
        PREDICTIONS,
        PRINTED,
        REPLAY,
        REPORT,
        STUDY,
        TRAINING,
    )
}
