"""Settings of a training run."""

import dataclasses
import os

from legacy_cnn import programs, releases
from legacy_cnn.declarations import setting
from legacy_cnn.errors import UsageError
from legacy_cnn.escaping import without_passwords
from legacy_cnn.settings import fields
from legacy_cnn.settings.data import StepSettings

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
    epochs: int = fields.epochs()
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
            # The default decides nothing, and a password is not for what is recorded.
            kept = sources.mirrored(self.source_url)
            address = without_passwords(self.source_url) if kept else None
            object.__setattr__(self, "source_url", address)

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
