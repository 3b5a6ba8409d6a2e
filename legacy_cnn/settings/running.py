"""Settings of an old program that is run."""

import dataclasses
import os

from legacy_cnn.declarations import setting
from legacy_cnn.settings.data import DataSettings

#: Releases of TensorFlow that an old program may see.
RELEASES = ("0.12.1", "1.0.1", "1.4.0", "1.15.5")


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunSettings(DataSettings):
    """How an old program is run."""

    data_dir: str | os.PathLike[str] | None = setting(
        None,
        shown="the one that the program names, or the bundled MNIST",
        metavar="DIR",
        help="directory of the MNIST files that the program's loader reads",
    )
    release: str | None = setting(
        None,
        shown="the newest that has every name that the program uses",
        choices=RELEASES,
        metavar="RELEASE",
        help="release of TensorFlow that the program sees: 0.12.1, 1.0.1, 1.4.0 or 1.15.5",
    )
    max_steps: int | None = setting(
        None,
        at_least=1,
        shown="the program ends by itself",
        metavar="N",
        help="end the program after N training steps: calls of Session.run that update variables, "
        "and batches of Keras",
    )
    seed: int | None = setting(
        None,
        at_least=0,
        at_most=2**31 - 1,
        shown="the program's own",
        metavar="N",
        help="seed of every graph, of NumPy and of random",
    )
    headless: bool = setting(
        False, help="open no windows: matplotlib draws into memory, and plt.show() returns"
    )
    timeline: str | os.PathLike[str] | None = setting(
        None,
        shown="none",
        metavar="FILE",
        help="write a trace of the tenth training step, for chrome://tracing",
    )
