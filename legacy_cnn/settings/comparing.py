"""Settings of comparisons: of implementations, ports and old releases."""

import dataclasses

from legacy_cnn.declarations import setting
from legacy_cnn.settings import fields
from legacy_cnn.settings.data import DataSettings, StepSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class CompareSettings(StepSettings):
    """The settings of a comparison of the tutorial's implementations."""

    rounds: int = fields.rounds(5)
    steps: int = fields.steps(10, "number of training steps in a turn")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ParitySettings(StepSettings):
    """The settings of a comparison of a port with its reference."""

    steps: int = fields.steps(3, "number of training steps to compare")
    exact: bool = setting(False, help="allow no difference, not even rounding")
    keep_going: bool = setting(False, help="continue after a rung has failed")
    except_for: tuple[str, ...] = setting(
        (),
        shown="none",
        item="rung",
        flag="--except",
        metavar="RUNG,...",
        help="rungs to leave out; the programs are the same if all others pass",
    )
    quick: bool = setting(
        False, help="leave out the rungs that take longest; the report names them"
    )
    patience: int = setting(
        600,
        at_least=1,
        metavar="SECONDS",
        help="time that a script given as the reference has for its first training steps",
    )
    trust: bool = setting(
        False, help="run graphs from files as they are: give it only if you know their authors"
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class OriginalsSettings(DataSettings):
    """The settings of a comparison with old releases."""

    steps: int = fields.steps(12, "number of training steps to compare")
    batch_size: int = fields.batch_size()
    seed: int = fields.seed()

    @property
    def validation_size(self) -> int:
        """What the listing's loader sets aside."""
        return 5000
