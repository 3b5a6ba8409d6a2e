"""Where the four files come from."""

import concurrent.futures
import hashlib
import multiprocessing

import numpy as np
import pytest

from conftest import TRAINING, write_set
from legacy_cnn import mnist
from legacy_cnn.errors import DataError
from legacy_cnn.input_data import base
from legacy_cnn.mnist import idx, sources


def test_the_bundle_is_mnist(files):
    assert files.name == "MNIST"
    assert files.train_images.shape == (60000, 28, 28)
    assert files.test_images.shape == (10000, 28, 28)
    # A few facts of MNIST that do not come from this package's tables.
    assert files.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(files.test_labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert round(float(files.train_images.mean()) / 255, 4) == 0.1307


def test_the_digest_is_that_of_the_uncompressed_file(tmp_path, files):
    idx.write(tmp_path / "labels", files.test_labels)
    assert (
        sources.digest(files.test_labels)
        == hashlib.sha256((tmp_path / "labels").read_bytes()).hexdigest()
        == "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    )


def test_an_empty_directory_gets_the_bundle(tmp_path):
    paths = sources.resolve(tmp_path / "new" / "data")
    assert [path.name for path in paths.values()] == [f"{name}.gz" for name in sources.NAMES]
    for name, path in paths.items():
        assert path.parent == tmp_path / "new" / "data"
        assert path.read_bytes() == sources.bundled(name).read_bytes()
    assert len(list((tmp_path / "new" / "data").iterdir())) == 4


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_the_users_files_come_first(tmp_path, suffix):
    images, labels = np.zeros((3, 5, 6), np.uint8), np.array([1, 2, 3], np.uint8)
    write_set(tmp_path / "data", images, labels, images[:2], labels[:2], suffix)
    loaded = mnist.load(tmp_path / "data")
    assert loaded.name is None
    assert loaded.train_images.shape == (3, 5, 6) and loaded.test_labels.tolist() == [1, 2]
    assert len(list((tmp_path / "data").iterdir())) == 4


def test_another_set_is_not_filled_up_with_mnist(tmp_path):
    idx.write(tmp_path / sources.TRAIN_IMAGES, np.zeros((3, 28, 28), np.uint8))
    with pytest.raises(DataError, match=r"another set than MNIST, and train-labels.* is missing"):
        mnist.load(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_part_of_mnist_is_filled_up(tmp_path, files):
    idx.write(tmp_path / sources.TEST_LABELS, files.test_labels)
    assert mnist.load(tmp_path).name == "MNIST"


def test_what_only_reads_writes_nothing(tmp_path, small_set):
    with pytest.raises(
        DataError, match=r"typo is missing\. Correct data_dir, or copy MNIST"
    ) as refused:
        mnist.load_present(tmp_path / "typo")
    assert refused.value.arguments == ("data_dir",) and not list(tmp_path.iterdir())
    with pytest.raises(DataError, match="does not hold train-images-idx3-ubyte, train-labels"):
        mnist.load_present(tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(mnist.load_present(small_set).train_labels) == TRAINING
    assert mnist.load_present().name == "MNIST"


def test_what_copies_says_so(tmp_path):
    said = []
    new = tmp_path / "new"
    for _ in range(2):
        assert mnist.load_and_tell(new, None, said.append).name == "MNIST"
    mnist.load_and_tell(None, None, said.append)
    (new / "t10k-labels-idx1-ubyte.gz").unlink()
    mnist.load_and_tell(new, None, said.append)
    mnist.load_and_tell(new, sources.DEFAULT_SOURCE_URL, said.append)
    assert said == [
        f"There was no directory {new}: created it, and copied MNIST into it.",
        f"Copied MNIST into {new}.",
        f"The files of {sources.DEFAULT_SOURCE_URL} come with this package; nothing was "
        f"downloaded.",
    ]


def test_a_directory_is_not_created_in_one_that_is_missing(tmp_path):
    message = f"{tmp_path}/typo does not exist. Correct data_dir, or create {tmp_path}/typo first."
    with pytest.raises(DataError) as refused:
        mnist.load_and_tell(tmp_path / "typo" / "data", None, print)
    assert str(refused.value).endswith(message) and not list(tmp_path.iterdir())


def test_different_numbers_of_images_and_labels(tmp_path):
    images, labels = np.zeros((3, 28, 28), np.uint8), np.zeros(4, np.uint8)
    write_set(tmp_path / "data", images, labels, images, labels[:3])
    with pytest.raises(
        DataError, match=r"images-idx3-ubyte holds 3 images but .*-idx1-ubyte holds 4"
    ):
        mnist.load(tmp_path / "data")


def test_a_damaged_bundle_is_noticed(monkeypatch, tmp_path, files):
    images, labels = files.test_images[:100], files.test_labels[:100]
    write_set(tmp_path / "bundle", images, labels, images, labels, ".gz")
    monkeypatch.setattr(sources, "bundled", lambda name: tmp_path / "bundle" / f"{name}.gz")
    with pytest.raises(DataError, match=r"bundled MNIST is damaged\. Install"):
        mnist.load()


def test_a_directory_that_cannot_be_created(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        sources.resolve(tmp_path / "file" / "data")


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / f"{sources.TRAIN_IMAGES}.gz").mkdir()
    with pytest.raises(IsADirectoryError, match=sources.TRAIN_IMAGES):
        sources.resolve(tmp_path)


def test_several_processes_may_fill_one_directory(tmp_path):
    shared = tmp_path / "shared"
    context = multiprocessing.get_context("spawn")  # forking with TensorFlow's threads can hang
    with concurrent.futures.ProcessPoolExecutor(4, context) as pool:
        for paths in pool.map(sources.resolve, [shared] * 8):
            assert {path.parent for path in paths.values()} == {shared}
    assert mnist.load(shared).name == "MNIST"
    assert len(list(shared.iterdir())) == 4


def test_maybe_download_under_its_old_name(tmp_path):
    name = f"{sources.TEST_LABELS}.gz"
    path = base.maybe_download(name, str(tmp_path), sources.DEFAULT_SOURCE_URL + name)
    assert path == str(tmp_path / name)
    (tmp_path / "mine.gz").write_bytes(b"x")
    assert base.maybe_download("mine.gz", str(tmp_path), "unused") == str(tmp_path / "mine.gz")
    with pytest.raises(DataError, match=r"other\.gz is not in .* not a file of MNIST"):
        base.maybe_download("other.gz", str(tmp_path), "http://127.0.0.1/other.gz")
