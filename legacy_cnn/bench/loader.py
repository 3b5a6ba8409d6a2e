"""What loading MNIST and drawing batches costs, here and elsewhere.

    python -m legacy_cnn.bench.loader LOADER DIRECTORY THREADS

Each loader is measured in a process of its own, round after round.
"""

import hashlib
import sys
import time
from pathlib import Path

import numpy as np

from legacy_cnn import inspection, mnist, provenance
from legacy_cnn.bench.contenders.sets import BATCH
from legacy_cnn.processes.conversation import Conversation, peak_memory, use_cores

EPOCH = 60_000 // BATCH  # batches; of 55,000 images it is less
TURNS = 3

#: The arrays of MNIST in one file, as Keras keeps them.
ARRAYS = "arrays.npz"


def ours(directory):
    """`legacy_cnn.input_data`, once it has put its bundle into the directory."""
    from legacy_cnn import input_data

    yield
    train = input_data.read_data_sets(directory / "none", one_hot=True).train
    yield
    while True:
        train.next_batch(BATCH)
        yield


def keras(directory):
    """What `keras.datasets.mnist.load_data` does once it has its file: verify and unpack."""
    from keras.utils import get_file

    path = directory / ARRAYS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    yield
    found = get_file(path.name, path.as_uri(), file_hash=digest, cache_dir=directory)
    with np.load(found) as arrays:
        images, labels = arrays["x_train"], arrays["y_train"]
    yield from _batches(images, labels)


def python_mnist(directory):
    """The package python-mnist, as its own page has it."""
    import mnist as package

    yield
    yield from _batches(*package.MNIST(str(directory), return_type="numpy").load_training())


def _batches(images, labels):
    """As one does who has arrays: all pixels to floats at once, and an order for each epoch."""
    images = images.reshape(len(images), -1).astype(np.float32) / 255
    labels = np.eye(10)[labels]
    yield
    while True:
        order = np.random.permutation(len(images))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            images[rows], labels[rows]
            yield


def prepare(directory):
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


#: Name -> (title, what loads, distribution it needs: others have a module `mnist`, too).
LOADERS = {
    "ours": ("legacy_cnn.input_data", ours, "numpy"),
    "keras": ("keras.datasets.mnist", keras, "keras"),
    "python-mnist": ("python-mnist", python_mnist, "python-mnist"),
}


def installed():
    return [name for name, (*_, needs) in LOADERS.items() if provenance.installed(needs)]


def measure(name, directory):
    """Seconds to load, of the first batch, of a batch, of one with an epoch's turn; peak memory
    in bytes that came with it."""
    steps = LOADERS[name][1](Path(directory))
    next(steps)
    before = peak_memory()
    load, first = _seconds(steps), _seconds(steps)
    others = [_seconds(steps) for _ in range(EPOCH * TURNS)]
    return {
        "load": load,
        "first": first,
        "batch": float(np.median(others)),
        "turn": float(np.mean(sorted(others)[-TURNS:])),
        "memory": peak_memory() - before,
    }


def _seconds(steps):
    started = time.perf_counter()
    next(steps)
    return time.perf_counter() - started


if __name__ == "__main__":
    use_cores(int(sys.argv[3]))
    conversation = Conversation()  # first, as loaders print what they do
    conversation.reply(**measure(*sys.argv[1:3]))
