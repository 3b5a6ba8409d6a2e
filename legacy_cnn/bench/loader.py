"""What loading MNIST and drawing batches costs, with this package's loader and with others.

    python -m legacy_cnn.bench.loader LOADER DIRECTORY THREADS

Each loader is measured in a new process, round after round.
"""

import dataclasses
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import inspection, mnist, provenance
from legacy_cnn.bench.contenders.sets import BATCH
from legacy_cnn.errors import BenchError
from legacy_cnn.processes.conversation import Conversation, peak_memory, use_cores
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.results import jsonvalues
from legacy_cnn.results.benchmark import LoaderTiming

EPOCH = 60_000 // BATCH  # batches; of 55,000 images it is less
TURNS = 3

#: The arrays of MNIST in one file, as Keras stores them.
ARRAYS = "arrays.npz"


@dataclasses.dataclass(frozen=True)
class Loader:
    """How a loader is run."""

    title: str
    #: Generator that yields when it has imported what it needs, when it has loaded, and after each
    #: batch, without end. It takes the directory that `prepare` has written to.
    steps: Callable[[Path], Iterator[None]]
    distribution: str  #: that it needs; other distributions have a module `mnist`, too

    @property
    def installed(self) -> bool:
        return provenance.installed(self.distribution)


def _ours(directory: Path) -> Iterator[None]:
    """`legacy_cnn.input_data`, which copies its bundle into a directory when it is first run."""
    from legacy_cnn import input_data

    yield
    train = input_data.read_data_sets(directory / "none", one_hot=True).train
    yield
    while True:
        train.next_batch(BATCH)
        yield


def _keras(directory: Path) -> Iterator[None]:
    """What `keras.datasets.mnist.load_data` does once it has its file: verify and unpack."""
    from keras.utils import get_file

    path = directory / ARRAYS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    yield
    cached = get_file(path.name, path.as_uri(), file_hash=digest, cache_dir=directory)
    with np.load(cached) as arrays:
        images, labels = arrays["x_train"], arrays["y_train"]
    yield from _batches(images, labels)


def _python_mnist(directory: Path) -> Iterator[None]:
    """The package python-mnist, as its own page shows it."""
    import mnist as package

    yield
    yield from _batches(*package.MNIST(str(directory), return_type="numpy").load_training())


def _batches(images: NDArray[np.uint8], labels: NDArray[Any]) -> Iterator[None]:
    """What users of arrays do: convert all pixels to floats at once, and shuffle every epoch."""
    rows = images.reshape(len(images), -1).astype(np.float32) / 255
    one_hot = np.eye(10)[labels]
    yield
    while True:
        order = np.random.permutation(len(rows))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            rows[batch], one_hot[batch]
            yield


LOADERS = {
    "ours": Loader("legacy_cnn.input_data", _ours, "numpy"),
    "keras": Loader("keras.datasets.mnist", _keras, "keras"),
    "python-mnist": Loader("python-mnist", _python_mnist, "python-mnist"),
}


def installed() -> list[str]:
    """The names of the loaders that can be run here."""
    return [name for name, loader in LOADERS.items() if loader.installed]


def prepare(directory: Path) -> None:
    """Writes the files that the loaders read."""
    inspection.inspect(export=directory)
    files = mnist.load()
    np.savez_compressed(
        directory / ARRAYS,
        x_train=files.train_images,
        y_train=files.train_labels,
        x_test=files.test_images,
        y_test=files.test_labels,
    )


def measure_all(
    rounds: int, threads: int, watch: Callable[[str], object]
) -> tuple[dict[str, tuple[LoaderTiming, ...]], dict[str, str]]:
    """Measures every installed loader.

    Args:
      rounds: number of rounds.
      threads: number of cores that a loader may use.
      watch: called with a text about the progress.

    Returns:
      Dict from a loader's name to its timings, one for each round; and from the name of one that
      failed to the reason.
    """
    timings: dict[str, tuple[LoaderTiming, ...]] = dict.fromkeys(installed(), ())
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as directory:
        prepare(Path(directory))
        # In round 0, which does not count, each loader writes its files to where it finds them.
        for number in range(rounds + 1):
            watch(f"loaders: round {number} of {rounds}")
            for name in list(timings):
                try:
                    timing = _in_new_process(name, directory, threads)
                except BenchError as error:
                    failed[name] = str(error)
                    del timings[name]
                    continue
                timings[name] += (timing,) if number else ()
    return timings, failed


def _in_new_process(name: str, directory: str, threads: int) -> LoaderTiming:
    reply = reply_of(LOADERS[name].title, "legacy_cnn.bench.loader", name, directory, str(threads))
    return LoaderTiming(**reply)


def measure(name: str, directory: Path) -> LoaderTiming:
    """Measures a loader in this process.

    Args:
      name: one of `LOADERS`.
      directory: that `prepare` has written to.
    """
    steps = LOADERS[name].steps(directory)
    next(steps)
    before = peak_memory()
    load, first = _seconds(steps), _seconds(steps)
    batches = [_seconds(steps) for _ in range(EPOCH * TURNS)]
    return LoaderTiming(
        load=load,
        first=first,
        batch=float(np.median(batches)),
        turn=float(np.mean(sorted(batches)[-TURNS:])),
        memory=peak_memory() - before,
    )


def _seconds(steps: Iterator[None]) -> float:
    started = time.perf_counter()
    next(steps)
    return time.perf_counter() - started


if __name__ == "__main__":
    use_cores(int(sys.argv[3]))
    conversation = Conversation()  # first, as loaders print what they do
    conversation.reply(**jsonvalues.to_json(measure(sys.argv[1], Path(sys.argv[2]))))
