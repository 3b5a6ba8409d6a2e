"""Settings of the data, and of a step of training."""

import dataclasses
import os

from legacy_cnn.declarations import Checked, setting
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import fields

#: Smallest normal float32. Divided by less, an activation is infinite or not a number.
SMALLEST_NORMAL = 2.0**-126


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

    batch_size: int = fields.batch_size()
    keep_prob: float = setting(
        0.8,
        above=0,
        at_most=1,
        metavar="P",
        help="keep probability of the dropout in training",
    )
    seed: int = fields.seed()
    validation_size: int = setting(
        5000,
        at_least=0,
        metavar="N",
        help="number of images at the start of the training set to set aside for validation",
    )
    threads: int = fields.threads()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.keep_prob < SMALLEST_NORMAL:
            raise UsageError(
                f"keep_prob must be at least {SMALLEST_NORMAL:.3g}, the smallest normal float32, "
                f"not {self.keep_prob}.",
                "keep_prob",
            )
