"""What a run, a comparison, a benchmark or a study is asked to do.

Each setting is declared once, as a field of a dataclass: its default, its range, and the help that
the command line shows for its flag. Two runs with equal settings on one machine end with equal
weights.

Whole numbers are at most 1,000,000,000, threads and jobs at most 1,024, and the seeds of a study at
most 1,000. The learning rate is at most 1,000.
"""

import dataclasses
import os
from typing import Any

from legacy_cnn import programs, releases
from legacy_cnn.declarations import Checked, Computed, setting
from legacy_cnn.errors import UsageError
from legacy_cnn.threads import available_cores

IMPLEMENTATIONS = tuple(programs.IMPLEMENTATIONS)

#: The graphs of all implementations.
GRAPHS = tuple(
    dict.fromkeys(
        graph
        for implementation in programs.IMPLEMENTATIONS.values()
        for graph in implementation.graphs
    )
)

#: The tutorial's initial weights, N(0, 1), and He's for this network.
INITIALS = ("tutorial", "scaled")

#: What `bench` measures; the last takes longer than all others, and is measured on request only.
PARTS = ("training", "evaluation", "floor", "loader", "startup", "growth")


CORES = Computed(available_cores, "the number of cores")

#: Smallest normal float32. Divided by less, an activation is infinite or not a number.
SMALLEST_NORMAL = 2.0**-126

#: Largest number of threads and processes: more than the machines have on which this runs.
MOST_THREADS = 1024


def _epochs() -> Any:
    return setting(10, at_least=1, metavar="N", help="number of epochs to train")


def _rounds(default: int) -> Any:
    text = "number of rounds; each program takes one turn in a round"
    return setting(default, at_least=1, metavar="N", help=text)


def _batch_size() -> Any:
    return setting(128, at_least=1, metavar="N", help="number of images in a batch")


def _seed() -> Any:
    return setting(
        0,
        at_least=0,
        at_most=2**32 - 1,
        metavar="N",
        help="seed of the initial weights, the order of the batches and the dropout noise",
    )


def _steps(default: int, help: str) -> Any:
    return setting(default, at_least=1, metavar="N", help=help)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DataSettings(Checked):
    """Where the data come from."""

    data_dir: str | os.PathLike[str] | None = setting(
        None,
        shown="the bundled MNIST",
        metavar="DIR",
        help="directory of the four MNIST files, gzip or not",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepSettings(DataSettings):
    """What a step of training depends on; the defaults are the tutorial's."""

    batch_size: int = _batch_size()
    keep_prob: float = setting(
        0.8,
        above=0,
        at_most=1,
        metavar="P",
        help="keep probability of the dropout in training",
    )
    seed: int = _seed()
    validation_size: int = setting(
        5000,
        at_least=0,
        metavar="N",
        help="number of images at the start of the training set to set aside for validation",
    )
    threads: int = setting(
        CORES,
        at_least=1,
        at_most=MOST_THREADS,
        metavar="N",
        help="number of threads that TensorFlow uses",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.keep_prob < SMALLEST_NORMAL:
            raise UsageError(
                f"keep_prob must be at least {SMALLEST_NORMAL:.3g}, the smallest normal float32, "
                f"not {self.keep_prob}.",
                "keep_prob",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(StepSettings):
    """The settings of a training run; the defaults are the tutorial's."""

    # Only what trains may write files: what reads a set refuses a path that was mistyped.
    data_dir: str | os.PathLike[str] | None = setting(
        None,
        shown="the bundled MNIST",
        metavar="DIR",
        help="directory of the four MNIST files, gzip or not; MNIST is copied into it if files "
        "are missing",
    )
    implementation: str = setting(
        "graph",
        choices=IMPLEMENTATIONS,
        flag="--with",
        help="implementation to train: the tutorial's graph or a port of it",
    )
    graph: str = setting(
        "tutorial",
        choices=GRAPHS,
        help="graph to train: the tutorial's, one that computes the same in less time, or one "
        "with the arguments of its loss swapped",
    )
    initial: str = setting(
        "tutorial",
        choices=INITIALS,
        help="distribution of the initial weights: the tutorial's N(0, 1), or scaled to the size "
        "of each layer",
    )
    epochs: int = _epochs()
    learning_rate: float = setting(
        0.001, above=0, at_most=1000, metavar="R", help="learning rate of Adam"
    )
    as_published: bool = setting(
        False, help="leave the dropout on in the evaluation, as the tutorial did"
    )
    checkpoint_every: int | None = setting(
        None,
        shown="at the end of each epoch only",
        at_least=1,
        metavar="STEPS",
        help="number of steps between two checkpoints",
    )
    release: str | None = setting(
        None,
        shown="1.15 for the batches, and NumPy for all else",
        metavar="RELEASE",
        help="old release of TensorFlow, 0.12 to 1.15, or a version such as 1.15.5: its loader "
        "draws the batches, and with a graph seed the other random numbers are its own, too",
    )
    graph_seed: int | None = setting(
        None,
        shown="draw initial weights and dropout noise from the seed",
        at_least=0,
        at_most=2**31 - 2,
        metavar="N",
        help="argument of `tf.set_random_seed` at the top of the listing, for a release: decides "
        "initial weights and dropout noise, and from release 1.2 on the order of the batches",
    )
    numpy_seed: int | None = setting(
        None,
        shown="order the batches by the seed",
        at_least=0,
        at_most=2**32 - 1,
        metavar="N",
        help="argument of `numpy.random.seed` at the top of the listing, for a release up to 1.1: "
        "decides the order of the batches",
    )
    source_url: str | None = setting(
        None,
        shown="copy them from the bundled MNIST",
        metavar="URL",
        help="address to download missing data files from",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        programs.check(self.implementation, self.graph)
        self._check_seeds()
        if self.source_url:
            from legacy_cnn.mnist import sources  # NumPy takes a while to import

            sources.check_url(self.source_url, self.data_dir)

    def _check_seeds(self) -> None:
        """Raises UsageError for a seed that would decide nothing."""
        release = releases.find(self.release) if self.release else None
        if self.numpy_seed is not None and (release is None or release.loader_seeded):
            raise UsageError(
                "numpy_seed goes with release 0.12, 1.0 or 1.1 only: later loaders seed NumPy's "
                "generator themselves, from graph_seed.",
                "numpy_seed",
                "release",
                "graph_seed",
            )
        if self.graph_seed is None:
            return
        if release is None:
            raise UsageError(
                "graph_seed needs release, because old releases draw different numbers from it.",
                "graph_seed",
                "release",
            )
        if self.initial != "tutorial":
            raise UsageError(
                f"graph_seed draws the tutorial's weights, so initial cannot be {self.initial}.",
                "graph_seed",
                "initial",
            )
        if self.seed and (release.loader_seeded or self.numpy_seed is not None):
            others = "graph_seed" if self.numpy_seed is None else "graph_seed and numpy_seed"
            raise UsageError(
                f"seed {self.seed} has no effect here: every random number comes from {others}.",
                "seed",
                "graph_seed",
                "numpy_seed",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class CompareSettings(StepSettings):
    """The settings of a comparison of the tutorial's implementations."""

    rounds: int = _rounds(5)
    steps: int = _steps(10, "number of training steps in a turn")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ParitySettings(StepSettings):
    """The settings of a comparison of a port with its reference."""

    steps: int = _steps(30, "number of training steps to compare")
    exact: bool = setting(False, help="allow no difference, not even rounding")
    keep_going: bool = setting(False, help="continue after a rung has failed")


@dataclasses.dataclass(frozen=True, kw_only=True)
class OriginalsSettings(DataSettings):
    """The settings of a comparison with old releases."""

    steps: int = _steps(12, "number of training steps to compare")
    batch_size: int = _batch_size()
    seed: int = _seed()

    @property
    def validation_size(self) -> int:
        """What the listing's loader sets aside."""
        return 5000


@dataclasses.dataclass(frozen=True, kw_only=True)
class BenchSettings(Checked):
    """The settings of a benchmark."""

    parts: tuple[str, ...] = setting(
        PARTS[:-1],
        shown="all but growth",
        choices=PARTS,
        item="part",
        metavar="PART",
        positional=True,
        help=f"what to measure: {', '.join(PARTS)}",
    )
    rounds: int = _rounds(10)
    steps: int = _steps(20, "number of training steps in a turn")
    contenders: tuple[str, ...] | None = setting(
        None,
        shown="all that are installed",
        item="contender",
        metavar="NAME,...",
        help="contenders to measure beside `legacy-cnn train`",
    )
    threads: int = setting(
        CORES,
        at_least=1,
        at_most=CORES,
        metavar="N",
        help="number of threads that each contender uses",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class StudySettings(DataSettings):
    """The settings of a study: which variants of the tutorial, for how many epochs and seeds."""

    epochs: int = _epochs()
    seeds: int = setting(
        5, at_least=1, at_most=1000, metavar="N", help="number of seeds, which count from 0"
    )
    variants: tuple[str, ...] | None = setting(
        None, shown="all", item="variant", metavar="NAME,...", help="variants to train"
    )
    jobs: int = setting(
        Computed(lambda: max(1, available_cores() // 2), "half the number of cores"),
        at_least=1,
        at_most=MOST_THREADS,
        metavar="N",
        help="number of trainings at the same time",
    )
    # Two wherever there are two cores, as the last bits depend on it.
    threads: int = setting(
        Computed(lambda: min(2, available_cores()), "at most 2"),
        at_least=1,
        at_most=MOST_THREADS,
        metavar="N",
        help="number of threads of each training",
    )
