"""The attributes in which the old loader kept its state, read and assigned as plain arrays."""

import copy
import gzip
import pickle

import numpy as np
import pytest

from legacy_cnn import input_data
from legacy_cnn.mnist import idx, sources

IMAGES = np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2, 1)


@pytest.fixture
def dataset():
    """Six images of four pixels; the first of each is the label times four."""
    made = input_data.DataSet(IMAGES.copy(), np.arange(6), dtype="uint8")
    np.random.seed(3)
    return made


def order(size):
    """How the next shuffle orders rows, which are drawn again for it."""
    state = np.random.get_state()
    permutation = np.arange(size)
    np.random.shuffle(permutation)
    np.random.set_state(state)
    return permutation


def test_reading(dataset):
    assert dataset._images.tolist() == IMAGES.reshape(6, 4).tolist()
    assert dataset._labels.tolist() == [0, 1, 2, 3, 4, 5]
    expected = order(6)
    dataset.next_batch(2)
    assert dataset._labels.tolist() == expected.tolist()
    assert dataset._images[:, 0].tolist() == (4 * expected).tolist()
    state = dataset._num_examples, dataset._index_in_epoch, dataset._epochs_completed
    assert state == (6, 2, 0)


def test_assigning_arrays(dataset):
    a = np.arange(8).reshape(4, 2)
    dataset._images, dataset._labels, dataset._num_examples = a, np.arange(4), 4
    assert dataset.images is a and dataset._images is a and dataset.num_examples == 4
    images, labels = dataset.next_batch(1, shuffle=False)
    assert (images.tolist(), labels.tolist()) == ([[0, 1]], [0])
    assert dataset.next_batch(2, shuffle=False)[0].tolist() == [[2, 3], [4, 5]]
    expected = order(4)
    images, labels = dataset.next_batch(3)
    assert labels.tolist() == [3, *expected[:2]]
    assert images[:, 0].tolist() == [6, *(2 * expected[:2])]
    assert a.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]] and dataset.images is not a


def test_assigning_where_it_is(dataset):
    dataset.next_batch(2)
    dataset._index_in_epoch, dataset._epochs_completed = 5, 7
    last, expected = dataset._labels[-1], order(6)
    again = dataset._labels[expected]
    _, labels = dataset.next_batch(3)
    assert labels.tolist() == [last, *again[:2]]
    assert (dataset._index_in_epoch, dataset.epochs_completed) == (2, 8)


def test_fewer_examples(dataset):
    dataset._num_examples = 3
    expected = order(3)
    assert dataset.next_batch(3)[1].tolist() == expected.tolist()
    assert dataset._images.shape == (3, 4)


def test_what_is_changed_in_place_is_drawn(dataset):
    dataset._images[:] = 9
    assert dataset.next_batch(1, shuffle=False)[0].tolist() == [[9] * 4]


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))]
)
def test_a_copy_is_shuffled_apart(dataset, copied):
    dataset.next_batch(2)
    before = dataset._labels.tolist()
    other = copied(dataset)
    for _ in range(4):
        other.next_batch(4)
    assert dataset._labels.tolist() == before != other._labels.tolist()
    assert (dataset._index_in_epoch, dataset.epochs_completed) == (2, 0)
    assert other.epochs_completed == 2
    assert dataset.next_batch(4, shuffle=False)[1].tolist() == before[2:]


class Pipe:
    """A stream that cannot seek, and has no name."""

    def __init__(self, content):
        self._content = content

    def read(self, size):
        read, self._content = self._content[:size], self._content[size:]
        return read


def test_streams_that_cannot_seek(capsys):
    content = idx.header(IMAGES[..., 0]) + IMAGES.tobytes()
    for each in (content, gzip.compress(content)):
        assert input_data.extract_images(Pipe(each)).tolist() == IMAGES.tolist()
    with pytest.raises(ValueError, match="truncated"):
        input_data.extract_images(Pipe(content[:-1]))
    assert "Extracting <stream>" in capsys.readouterr().out


@pytest.mark.tensorflow
def test_files_of_tensorflow(tmp_path, capsys):
    import tensorflow as tf

    path = str(sources.bundled("t10k-labels-idx1-ubyte"))
    with tf.compat.v1.gfile.GFile(path, "rb") as file:
        assert input_data.extract_labels(file)[:5].tolist() == [7, 2, 1, 0, 4]
    assert capsys.readouterr().out == f"Extracting {path}\n"
