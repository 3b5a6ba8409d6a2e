"""Reads simulated photographs of digits of MNIST's test set, and of what must be refused."""

import argparse
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.photographs import kinds
from experiments.support import recorded
from legacy_cnn import mnist
from legacy_cnn.errors import ImageError
from legacy_cnn.threads import available_cores

HELP = "read simulated photographs of digits, and of sheets without one"
WRITES = ("pictures.json",)
TAKES = "40 minutes, after a run of three minutes"

#: Pictures of each kind, and in a quick run.
EACH, QUICK = 500, 20
#: Heights of the pictures, in pixels.
SIZES = (200, 600)
#: Of all that is random.
SEED = 17

Floats = NDArray[np.float32]


class Job(NamedTuple):
    """A picture that is taken and read."""

    kind: str  #: the name of a function in `kinds`
    digits: list[NDArray[np.uint8]]  #: what is written on the sheet
    seed: list[int]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run",
        metavar="RUN",
        type=Path,
        help="directory of a run, which predicts: see docs/CONTRIBUTING.md",
    )
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    test = mnist.load()
    each = QUICK if arguments.quick else EACH
    chosen = np.random.default_rng(SEED).choice(len(test.test_images), each, replace=False)
    images, labels = test.test_images[chosen], test.test_labels[chosen]
    with ProcessPoolExecutor(available_cores()) as pool:
        with_one = {
            kind.__name__: list(pool.map(seen, jobs(kind.__name__, images[:, None]), chunksize=8))
            for kind in kinds.READ
        }
        without = {
            name: sum(len(found) == 1 for found in pool.map(seen, made, chunksize=8))
            for name, made in refused(images).items()
        }
    own = [[image] for image in images.reshape(each, 784) / np.float32(255)]
    right = are_right(arguments.run, {"mnist": own, **with_one}, labels)
    record = {
        "pictures": each,
        "mnist": sum(right.pop("mnist")),
        "read": {name: counted(with_one[name], right[name], right["clean"]) for name in right},
        "answered": without,
    }
    recorded.write(arguments, "pictures.json", record)


def jobs(kind: str, digits: Iterable[Any]) -> list[Job]:
    """A picture of each; of every kind, the same sheets with the same digits."""
    return [Job(kind, list(each), [SEED, number]) for number, each in enumerate(digits)]


def refused(images: NDArray[np.uint8]) -> dict[str, list[Job]]:
    """What must be refused: empty sheets, noise, and two to five digits."""
    several = [np.roll(images, -5 * at, 0)[: 2 + at % 4] for at in range(len(images))]
    return {
        **{kind.__name__: jobs(kind.__name__, [[]] * len(images)) for kind in kinds.EMPTY},
        "noise": jobs("noise", [[]] * len(images)),
        "several": jobs("clean", several),
    }


def seen(job: Job) -> list[Floats]:
    """Takes a picture and returns the digits that are read in it; none if it is refused."""
    from legacy_cnn.pictures import read_digits

    if job.kind == "noise":
        picture = kinds.noise(job.seed)
    else:
        picture = kinds.picture(getattr(kinds, job.kind), job.digits, job.seed, SIZES)
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        picture.save(file, "PNG", compress_level=1)
        file.flush()
        try:
            return read_digits(file.name)
        except ImageError:
            return []


def are_right(
    run: Path, read: dict[str, list[list[Floats]]], labels: NDArray[np.uint8]
) -> dict[str, list[bool]]:
    """Whether a run predicts what was written, for each picture of a kind."""
    from legacy_cnn.training import open_run

    nothing = [np.zeros(784, np.float32)]
    right = {}
    with open_run(run) as (model, _):
        for kind, pictures in read.items():
            inputs = [each if len(each) == 1 else nothing for each in pictures]
            same = model.logits(np.stack([one for (one,) in inputs])).argmax(1) == labels
            right[kind] = [
                bool(each) and len(digits) == 1 for each, digits in zip(same, pictures, strict=True)
            ]
    return right


def counted(
    digits: list[list[Floats]], right: list[bool], right_on_clean: list[bool]
) -> dict[str, int]:
    """How the pictures of a kind were read."""
    return {
        "right": sum(right),
        "kept": sum(one and other for one, other in zip(right, right_on_clean, strict=True)),
        "refused": sum(not found for found in digits),
        "several": sum(len(found) > 1 for found in digits),
    }
