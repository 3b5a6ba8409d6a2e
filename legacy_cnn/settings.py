"""What a run, or a comparison, is asked to do.

Two runs with equal settings on one machine end with equal weights.
"""

import dataclasses
import os
import typing

from legacy_cnn.errors import UsageError


def available_cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


#: The tutorial's graph, and its ports: eager, traced by `tf.function`, and Keras.
IMPLEMENTATIONS = ("graph", "eager", "function", "keras")

#: The graph of the listing, one that computes the same in less time, and one with a mistake.
GRAPHS = ("tutorial", "optimised", "swapped-loss")

#: The tutorial's first weights, N(0, 1), and He's for this net.
INITIALS = ("tutorial", "scaled")


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings of a training run; the defaults are the tutorial's.

    Raises:
      UsageError: a value out of range.
    """

    epochs: int = 10
    batch_size: int = 128
    keep_prob: float = 0.8  #: keep probability of the dropout in training, above 0 and up to 1
    learning_rate: float = 0.001
    seed: int = 0  #: of initial weights, batch order and dropout noise; 0 to 2**32 - 1
    validation_size: int = 5000  #: training images set aside, as the loader's default has it
    as_published: bool = False  #: leave the dropout on in the evaluation, as the tutorial did
    checkpoint_every: int | None = None  #: steps; None is once an epoch
    data_dir: str | os.PathLike | None = None  #: None is the bundled MNIST
    source_url: str | None = None  #: None is the bundle
    threads: int = dataclasses.field(default_factory=available_cores)
    implementation: str = "graph"  #: one of IMPLEMENTATIONS
    graph: str = "tutorial"  #: one of GRAPHS; the ports have no graph of their own
    initial: str = "tutorial"  #: one of INITIALS

    def __post_init__(self):
        _check_types(self)
        every = self.checkpoint_every
        for name, sound, expected in (
            *_common(self),
            ("epochs", self.epochs >= 1, "at least 1"),
            ("learning_rate", 0 < self.learning_rate < float("inf"), "a number above 0"),
            ("checkpoint_every", every is None or every >= 1, "at least 1"),
            (
                "implementation",
                self.implementation in IMPLEMENTATIONS,
                f"one of {', '.join(IMPLEMENTATIONS)}",
            ),
            ("graph", self.graph in GRAPHS, f"one of {', '.join(GRAPHS)}"),
            ("initial", self.initial in INITIALS, f"one of {', '.join(INITIALS)}"),
            (
                "graph",
                self.graph == "tutorial" or self.implementation == "graph",
                f"tutorial with --with {self.implementation}",
            ),
        ):
            _require(self, name, sound, expected)


@dataclasses.dataclass(frozen=True)
class CompareSettings:
    """The settings of the tutorial's dialects side by side.

    Raises:
      UsageError: a value out of range.
    """

    rounds: int = 5
    steps: int = 10  #: of training that each takes in a round
    batch_size: int = 128
    keep_prob: float = 0.8  #: keep probability of the dropout in training, above 0 and up to 1
    seed: int = 0  #: of initial weights, batch order and dropout noise; 0 to 2**32 - 1
    data_dir: str | os.PathLike | None = None  #: None is the bundled MNIST
    validation_size: int = 5000  #: training images set aside, as the loader's default has it
    threads: int = dataclasses.field(default_factory=available_cores)

    def __post_init__(self):
        _check_types(self)
        for name, sound, expected in (
            *_common(self),
            ("rounds", self.rounds >= 1, "at least 1"),
            ("steps", self.steps >= 1, "at least 1"),
        ):
            _require(self, name, sound, expected)


@dataclasses.dataclass(frozen=True)
class ParitySettings:
    """The settings of a comparison of a port with its reference.

    Raises:
      UsageError: a value out of range.
    """

    steps: int = 30  #: of training
    batch_size: int = 128
    keep_prob: float = 0.8  #: keep probability of the dropout in training, above 0 and up to 1
    seed: int = 0  #: of initial weights, batch order and dropout noise; 0 to 2**32 - 1
    data_dir: str | os.PathLike | None = None  #: None is the bundled MNIST
    validation_size: int = 5000  #: training images set aside, as the loader's default has it
    threads: int = dataclasses.field(default_factory=available_cores)  #: of the reference
    exact: bool = False  #: allow no difference, not even rounding
    keep_going: bool = False  #: climb on after a rung has failed

    def __post_init__(self):
        _check_types(self)
        for name, sound, expected in (
            *_common(self),
            ("steps", self.steps >= 1, "at least 1"),
        ):
            _require(self, name, sound, expected)


#: What `bench` measures; the last takes longer than all others, and is measured if asked for.
PARTS = ("training", "evaluation", "floor", "loader", "startup", "growth")


@dataclasses.dataclass(frozen=True)
class BenchSettings:
    """The settings of a benchmark.

    Raises:
      UsageError: a value out of range.
    """

    parts: tuple = PARTS[:-1]
    rounds: int = 10
    steps: int = 20  #: of training that each contender takes in a round
    contenders: tuple | None = None  #: names; None is all that are installed
    threads: int = dataclasses.field(default_factory=available_cores)

    def __post_init__(self):
        _check_types(self)
        unknown = [part for part in self.parts if part not in PARTS]
        if unknown:
            raise UsageError(f"There is no part {unknown[0]!r}; there are {', '.join(PARTS)}.")
        cores = available_cores()
        for name, sound, expected in (
            ("rounds", self.rounds >= 1, "at least 1"),
            ("steps", self.steps >= 1, "at least 1"),
            ("threads", 1 <= self.threads <= cores, f"from 1 to {cores}, the cores there are"),
        ):
            _require(self, name, sound, expected)


@dataclasses.dataclass(frozen=True)
class StudySettings:
    """The settings of a study: which variants of the tutorial, how long, how often.

    Raises:
      UsageError: a value out of range.
    """

    epochs: int = 10
    seeds: int = 5  #: how many: 0, 1, 2, ...
    variants: tuple | None = None  #: names; None is all
    jobs: int = dataclasses.field(default_factory=lambda: max(1, available_cores() // 2))
    # Of each training. Two wherever there are two, as the last bits depend on it.
    threads: int = dataclasses.field(default_factory=lambda: min(2, available_cores()))
    data_dir: str | os.PathLike | None = None  #: None is the bundled MNIST

    def __post_init__(self):
        _check_types(self)
        for name, sound, expected in (
            ("epochs", self.epochs >= 1, "at least 1"),
            ("seeds", self.seeds >= 1, "at least 1"),
            ("jobs", self.jobs >= 1, "at least 1"),
            ("threads", self.threads >= 1, "at least 1"),
        ):
            _require(self, name, sound, expected)


def _check_types(settings):
    for name, kind in typing.get_type_hints(type(settings)).items():
        value = getattr(settings, name)
        if not isinstance(value, (float, int) if kind is float else kind):
            raise UsageError(f"{option(name)} cannot be {value!r}.")


def _common(settings):
    """What holds for all that train: name, whether it is so, what is expected."""
    return (
        ("batch_size", settings.batch_size >= 1, "at least 1"),
        ("keep_prob", 0 < settings.keep_prob <= 1, "above 0 and at most 1"),
        ("seed", 0 <= settings.seed < 2**32, "from 0 to 4294967295"),
        ("validation_size", settings.validation_size >= 0, "at least 0"),
        ("threads", settings.threads >= 1, "at least 1"),
    )


def _require(settings, name, sound, expected):
    if not sound:
        raise UsageError(f"{option(name)} must be {expected}, not {getattr(settings, name)}.")


def option(name):
    """The command line's name of a setting."""
    # `with` is what one says, and no name in Python.
    return "--with" if name == "implementation" else "--" + name.replace("_", "-")
