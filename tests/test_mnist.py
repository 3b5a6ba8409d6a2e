"""The set in NumPy alone: split, shuffled and drawn in batches, without TensorFlow."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from legacy_cnn import mnist
from legacy_cnn.errors import DataError
from legacy_cnn.releases import Loader

#: A trace of the original's batches: seed 0, one-hot labels. See `test_input_data`.
GOLDEN = json.loads((Path(__file__).parent / "golden" / "next_batch.json").read_text())[0]

#: Prints, as JSON, the traces of three data sets' first batches; imports NumPy and nothing else.
NUMPY_ONLY = """
import hashlib, importlib.abc, json, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] not in sys.stdlib_module_names | {"legacy_cnn", "numpy"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())

import numpy as np
from legacy_cnn import input_data, mnist
from legacy_cnn import feeding, randomness
from legacy_cnn.settings import Settings

def trace(*arrays):
    sha256 = hashlib.sha256()
    for array in arrays:
        sha256.update((str(array.dtype) + str(array.shape)).encode())
        sha256.update(np.ascontiguousarray(array).tobytes())
    return sha256.hexdigest()[:24]

def traces(draw):
    return [trace(*draw()[:2]) for _ in range(5)]

train = mnist.split(mnist.load(), one_hot=True).train
core = mnist.DataSet(*train, np.random.RandomState(0))
batches = feeding.batches(*train, Settings())
old = input_data.read_data_sets(sys.argv[1], one_hot=True, seed=0).train
draws = lambda: core.next_batch(128), lambda: next(batches), lambda: old.next_batch(128)
assert randomness.initial_weights(0)["W_fc"].shape == (3136, 1024)
print(json.dumps([traces(draw) for draw in draws]))
"""


def test_numpy_is_enough(tmp_path):
    """Data, batches, initial weights and dropout noise; also the loader under its old names."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", NUMPY_ONLY, tmp_path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [GOLDEN["trace"]] * 3


def test_the_parts_of_a_set(files):
    parts = mnist.split(files, 5000)
    assert [len(part.images) for part in parts] == [55000, 5000, 10000]
    assert parts.train.images.shape == (55000, 28, 28, 1) and parts.train.images.dtype == np.uint8
    assert np.shares_memory(parts.validation.images, files.train_images)
    assert np.array_equal(parts.validation.labels, files.train_labels[:5000])
    one_hot = mnist.split(files, 5000, one_hot=True)
    assert one_hot.test.labels.dtype == np.float64
    assert np.array_equal(one_hot.test.labels, np.eye(10)[files.test_labels])


@pytest.mark.parametrize("size", [-1, 60001])
def test_a_validation_size_out_of_range(files, size):
    with pytest.raises(DataError, match=f"between 0 and 60000. Received: {size}"):
        mnist.split(files, size)


def small(generator, **options):
    images = np.arange(10 * 6, dtype=np.uint8).reshape(10, 2, 3, 1)
    return mnist.DataSet(images, np.arange(10), generator, **options)


@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_any_generator_of_numpys_shuffles(make, global_numpy_state):
    order = np.arange(10)
    make(5).shuffle(order)
    data = small(make(5))
    labels = np.concatenate([data.next_batch(5)[1] for _ in range(2)])
    assert np.array_equal(labels, order) and np.array_equal(data.labels, order)


def test_scaling_and_flattening(global_numpy_state):
    images, labels = small(np.random.RandomState(1), scale=False, flatten=False).next_batch(3)
    assert images.shape == (3, 2, 3, 1) and images.dtype == np.uint8
    pixels, same = small(np.random.RandomState(1)).next_batch(3)
    assert pixels.shape == (3, 6) and pixels.dtype == np.float32
    assert np.array_equal(labels, same)
    assert np.array_equal(pixels, images.reshape(3, 6) * np.float32(1 / 255))


@pytest.mark.parametrize("size", [1, 3, 10, 27])
def test_skipping_is_drawing(size):
    drawn, skipped = (small(np.random.RandomState(3)) for _ in range(2))
    for _ in range(7):
        drawn.next_batch(size)
    skipped.skip(7, size)
    assert skipped.epochs_completed == drawn.epochs_completed
    for _ in range(4):
        for mine, expected in zip(skipped.next_batch(size), drawn.next_batch(size), strict=True):
            assert np.array_equal(mine, expected)


@pytest.mark.parametrize("loader", Loader)
def test_a_copy_draws_on_its_own(loader):
    original = small(np.random.RandomState(0), loader=loader)
    twin = copy.copy(original)
    twin.next_batch(6)
    twin.next_batch(6)
    assert (twin.epochs_completed, original.epochs_completed) == (1, 0)


def test_images_and_labels_of_different_number():
    with pytest.raises(DataError, match="images and labels must have the same length, not 3 and 4"):
        mnist.DataSet(np.zeros((3, 28, 28), np.uint8), np.zeros(4), np.random.RandomState())
