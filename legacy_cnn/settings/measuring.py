"""Settings of a benchmark and of a study."""

import dataclasses

from legacy_cnn.declarations import Checked, Computed, setting
from legacy_cnn.settings import fields
from legacy_cnn.settings.data import DataSettings
from legacy_cnn.threads import available_cores

#: What `bench` measures; the last takes longer than all others, and is measured on request only.
PARTS = ("training", "evaluation", "floor", "loader", "startup", "growth")


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
    rounds: int = fields.rounds(10)
    steps: int = fields.steps(20, "number of training steps in a turn")
    contenders: tuple[str, ...] | None = setting(
        None,
        shown="all that are installed",
        item="contender",
        metavar="NAME,...",
        help="contenders to measure beside `legacy-cnn train`",
    )
    threads: int = setting(
        fields.CORES,
        at_least=1,
        at_most=fields.CORES,
        metavar="N",
        help="number of threads that each contender uses",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class StudySettings(DataSettings):
    """The settings of a study: which variants of the tutorial, for how many epochs and seeds."""

    epochs: int = fields.epochs()
    seeds: int = setting(
        5, at_least=1, at_most=1000, metavar="N", help="number of seeds, which count from 0"
    )
    variants: tuple[str, ...] | None = setting(
        None, shown="all", item="variant", metavar="NAME,...", help="variants to train"
    )
    jobs: int = setting(
        Computed(lambda: max(1, available_cores() // 2), "half the number of cores"),
        at_least=1,
        at_most=fields.MOST_THREADS,
        metavar="N",
        help="number of trainings at the same time on this machine",
    )
    scheduler: str | None = setting(
        None,
        shown="the trainings are processes of this machine",
        metavar="ADDRESS",
        help="address of a Dask scheduler, whose workers train instead: tcp://HOST:8786",
    )
    # Two wherever there are two cores, as the last bits depend on it.
    threads: int = setting(
        Computed(lambda: min(2, available_cores()), "at most 2"),
        at_least=1,
        at_most=fields.MOST_THREADS,
        metavar="N",
        help="number of threads of each training",
    )
