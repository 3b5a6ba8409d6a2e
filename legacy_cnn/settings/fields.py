"""Fields that several classes of settings have, each declared once."""

from typing import Any

from legacy_cnn.declarations import Computed, setting
from legacy_cnn.threads import available_cores

CORES = Computed(available_cores, "the number of cores")

#: Largest number of threads and processes: more than the machines have on which this runs.
MOST_THREADS = 1024


def epochs() -> Any:
    """The number of epochs of a training."""
    return setting(10, at_least=1, metavar="N", help="number of epochs to train")


def rounds(default: int) -> Any:
    """The number of rounds of a measurement."""
    text = "number of rounds; each program takes one turn in a round"
    return setting(default, at_least=1, metavar="N", help=text)


def batch_size() -> Any:
    """The number of images in a batch."""
    return setting(128, at_least=1, metavar="N", help="number of images in a batch")


def seed() -> Any:
    """The seed that decides what a run draws."""
    return setting(
        0,
        at_least=0,
        at_most=2**32 - 1,
        metavar="N",
        help="seed of the initial weights, the order of the batches and the dropout noise",
    )


def threads() -> Any:
    """The number of threads of TensorFlow."""
    return setting(
        CORES,
        at_least=1,
        at_most=MOST_THREADS,
        metavar="N",
        help="number of threads that TensorFlow uses",
    )


def steps(default: int, help: str) -> Any:
    """A number of training steps."""
    return setting(default, at_least=1, metavar="N", help=help)
