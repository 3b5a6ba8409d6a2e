"""The loader under its old names: its batches bit for bit, its errors, its side effects."""

import gzip
import hashlib
import inspect
import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from conftest import write_set
from legacy_cnn import input_data
from legacy_cnn.mnist import sources

pytestmark = pytest.mark.tensorflow

# Made by running the original code on MNIST with NumPy 2.4: for each batch, see `_trace`.
GOLDEN = json.loads((Path(__file__).parent / "golden" / "next_batch.json").read_text())


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """MNIST in a directory, as the old loader's download left it."""
    path = tmp_path_factory.mktemp("loader") / "MNIST-data"
    sources.resolve(path)
    return str(path)


@pytest.fixture(autouse=True)
def graph():
    """A graph of its own for each test, so that a graph seed ends with it."""
    with tf.Graph().as_default() as graph:
        yield graph


def _trace(*arrays):
    sha256 = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        sha256.update((str(array.dtype) + str(array.shape)).encode())
        sha256.update(array.tobytes())
    return sha256.hexdigest()[:24]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_batches_are_the_originals(directory, golden):
    if golden["graph_seed"] is not None:
        tf.compat.v1.set_random_seed(golden["graph_seed"])
    data = getattr(input_data.read_data_sets(directory, **golden["kw"]), golden["ds"])
    trace = [
        _trace(*data.next_batch(size, shuffle=golden["shuffle"])) for size in golden["batches"]
    ]
    assert trace == golden["trace"]
    assert data.epochs_completed == golden["epochs_completed"]
    assert data.num_examples == golden["num_examples"]
    assert _trace(data.images) == golden["images"]
    assert _trace(data.labels) == golden["labels"]


class Original:
    """A NumPy oracle of the original in as few lines as possible.

    It moves whole float arrays where `DataSet` moves indices.
    """

    def __init__(self, images, labels, seed):
        np.random.seed(seed)
        self.arrays = [np.multiply(images.astype(np.float32), 1.0 / 255.0), labels]
        self.index, self.epochs = 0, 0

    def shuffled(self):
        order = np.arange(len(self.arrays[0]))
        np.random.shuffle(order)
        self.arrays = [array[order] for array in self.arrays]

    def next_batch(self, size, shuffle):
        if shuffle and not self.epochs and not self.index:
            self.shuffled()
        count = len(self.arrays[0])
        rest = [array[self.index : count] for array in self.arrays]
        if self.index + size <= count:
            self.index += size
            return [array[:size] for array in rest]
        self.epochs += 1
        self.index += size - count
        if shuffle:
            self.shuffled()
        pairs = zip(rest, self.arrays, strict=True)
        return [np.concatenate([before, after[: self.index]]) for before, after in pairs]


@pytest.mark.parametrize("seed", range(25))
def test_any_sequence_of_calls_gives_the_originals_batches(seed):
    """Batches larger than the set, a script's own draws, no shuffling, arrays changed in place."""
    choice = np.random.default_rng(seed)
    count = int(choice.integers(1, 30))
    images = choice.integers(0, 256, (count, 12), np.uint8)
    labels = choice.integers(0, 10, count).astype(np.uint8)
    calls = [tuple(choice.integers(0, high) for high in (50, 2, 5)) for _ in range(15)]

    def run(data, images_of, labels_of):
        results = []
        for size, shuffle, action in calls:
            if action == 0:
                results.append(np.random.rand())
            elif action == 1:
                results.append(_trace(images_of(data), labels_of(data)))
            elif action == 2:
                images_of(data)[0] += 1
            results.append(_trace(*data.next_batch(size, shuffle=bool(shuffle))))
        return results

    original = Original(images, labels, seed)
    expected = run(original, lambda data: data.arrays[0], lambda data: data.arrays[1])
    buffer = images.reshape(count, 3, 4, 1).copy()
    data = input_data.DataSet(buffer, labels, seed=seed)
    buffer[:] = 0  # a script may reuse its buffer
    assert expected == run(data, lambda data: data.images, lambda data: data.labels)
    assert data.epochs_completed == original.epochs


def test_names_arguments_and_defaults():
    signature = inspect.signature(input_data.read_data_sets)
    assert {name: argument.default for name, argument in signature.parameters.items()} == {
        "train_dir": inspect.Parameter.empty,
        "fake_data": False,
        "one_hot": False,
        "dtype": tf.float32,
        "reshape": True,
        "validation_size": 5000,
        "seed": None,
        "source_url": "https://storage.googleapis.com/cvdf-datasets/mnist/",
    }
    assert list(inspect.signature(input_data.DataSet).parameters) == [
        "images", "labels", "fake_data", "one_hot", "dtype", "reshape", "seed",
    ]  # fmt: skip
    assert input_data.base.Datasets._fields == ("train", "validation", "test")
    for name in input_data.__all__:
        assert hasattr(input_data, name)


@pytest.mark.parametrize(
    ("options", "shape", "dtype", "label_shape", "label_dtype"),
    [
        ({}, (784,), np.float32, (), np.uint8),
        ({"one_hot": True}, (784,), np.float32, (10,), np.float64),
        ({"dtype": tf.uint8, "reshape": False}, (28, 28, 1), np.uint8, (), np.uint8),
        ({"dtype": np.uint8, "validation_size": 0}, (784,), np.uint8, (), np.uint8),
    ],
)
def test_dtypes_and_shapes(directory, options, shape, dtype, label_shape, label_dtype):
    sets = input_data.read_data_sets(directory, **options)
    held_out = options.get("validation_size", 5000)
    for data, count in zip(sets, (60000 - held_out, held_out, 10000), strict=True):
        assert data.num_examples == count
        assert (data.images.shape, data.images.dtype) == ((count, *shape), dtype)
        assert (data.labels.shape, data.labels.dtype) == ((count, *label_shape), label_dtype)
    images = sets.test.images
    assert (images.min(), images.max()) == (0, 255 if dtype == np.uint8 else 1)


def test_the_validation_set_is_the_head_of_the_training_images(directory, files):
    sets = input_data.read_data_sets(directory, dtype=tf.uint8, reshape=False)
    assert np.array_equal(sets.validation.images[..., 0], files.train_images[:5000])
    assert np.array_equal(sets.train.labels, files.train_labels[5000:])


def test_each_data_set_seeds_the_global_generator(directory, monkeypatch):
    seeds = []
    monkeypatch.setattr(np.random, "seed", seeds.append)
    input_data.read_data_sets(directory, seed=7)
    tf.compat.v1.set_random_seed(3)
    input_data.read_data_sets(directory)
    assert seeds == [7] * 3 + [3] * 3


def test_a_batch_may_be_changed_without_changing_the_set(directory):
    data = input_data.read_data_sets(directory, seed=1).train
    before = data.next_batch(5)[0]
    before[:] = -1
    assert data.images.min() == 0


def test_pixels_become_floats_when_they_are_drawn(directory):
    """The set stays in bytes until a script asks for all of it."""
    data = input_data.read_data_sets(directory).train
    data.next_batch(100)
    arrays = [value for value in vars(data._image_rows).values() if isinstance(value, np.ndarray)]
    assert sum(array.nbytes for array in arrays) < 55000 * (784 + 9)


def test_what_the_original_printed(directory, capsys):
    input_data.load_mnist(directory)
    assert capsys.readouterr().out.splitlines() == [
        f"Extracting {directory}/{name}.gz" for name in sources.NAMES
    ]


def test_fake_data():
    data = input_data.read_data_sets("unused", fake_data=True, one_hot=True).train
    images, labels = data.next_batch(2, fake_data=True)
    assert images == [[1] * 784] * 2 and labels == [[1] + [0] * 9] * 2
    assert data.num_examples == 10000
    assert data.images == [] and data.next_batch(2, shuffle=False) == ([], [])


def test_a_shuffled_batch_of_fake_data_is_a_type_error():
    """As in the original, which had drawn an order by then, and could be asked again."""
    data = input_data.DataSet([], [], fake_data=True, seed=3)
    for _ in range(2):
        with pytest.raises(TypeError):
            data.next_batch(2)
    drawn = np.random.rand()
    np.random.seed(3)
    for _ in range(2):
        np.random.shuffle(np.arange(10000))
    assert drawn == np.random.rand() and data.images == []


def test_extracting_by_hand(directory):
    with open(f"{directory}/t10k-images-idx3-ubyte.gz", "rb") as file:
        images = input_data.extract_images(file)
    assert images.shape == (10000, 28, 28, 1) and images.dtype == np.uint8
    with open(f"{directory}/t10k-labels-idx1-ubyte.gz", "rb") as file:
        labels = input_data.extract_labels(file, one_hot=True, num_classes=12)
    assert labels.shape == (10000, 12) and labels.dtype == np.float64
    assert labels[0].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_wrong_magic_number(tmp_path):
    path = tmp_path / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(b"\x00\x00\x08\x03rubbish"))
    with open(path, "rb") as file, pytest.raises(ValueError, match=f"2051 in MNIST label.*{path}"):
        input_data.extract_labels(file)


@pytest.mark.parametrize("size", [-1, 60001])
def test_validation_size_out_of_range(directory, size):
    with pytest.raises(ValueError, match=f"between 0 and 60000. Received: {size}"):
        input_data.read_data_sets(directory, validation_size=size)


def test_other_image_dtypes(directory):
    with pytest.raises(TypeError, match=r"Invalid image dtype tf\.float64"):
        input_data.read_data_sets(directory, dtype=tf.float64)


def test_labels_outside_the_classes(tmp_path, files):
    labels = files.test_labels[:20].copy()
    labels[7] = 10
    images = files.test_images[:20]
    write_set(tmp_path / "data", images, labels, images, labels)
    with pytest.raises(ValueError, match="Label 10 is outside 0-9"):
        input_data.read_data_sets(tmp_path / "data", one_hot=True, validation_size=0)
    sets = input_data.read_data_sets(tmp_path / "data", validation_size=0)
    assert sets.train.labels.max() == 10  # as the original: sets of more classes, not one-hot
