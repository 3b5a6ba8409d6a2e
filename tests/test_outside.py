"""The door for files from outside: only regular files of limited size come in."""

import os
import re
import socket

import pytest

from legacy_cnn import files, mnist, outside
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.mnist import sources
from legacy_cnn.parity import Mapping
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings
from legacy_cnn.weights.files import read_npz


@pytest.fixture
def file(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    return tmp_path / "file"


def test_a_file_is_opened_and_read(file):
    with outside.opened(file, 7, DataError) as opened:
        assert opened.read() == b"content" and opened.name == str(file)
    assert outside.content(file, 7, DataError) == b"content"
    assert outside.check_file(file, 7, DataError) == 7


def test_a_number_is_no_file_that_is_open_already(file):
    with open(file) as already, pytest.raises(TypeError, match="not int"):
        outside.content(already.fileno(), 7, DataError)


def test_a_larger_file_is_not_read(file):
    for door in (outside.check_file, outside.content):
        with pytest.raises(DataError, match=r"file has 7 bytes, above the limit of 6\."):
            door(file, 6, DataError)


def test_what_a_living_process_writes_is_not_taken_for_abandoned(tmp_path):
    with files.replacing(tmp_path / "file") as first:
        first.write(b"first")
        with files.replacing(tmp_path / "file") as second:
            second.write(b"second")
        assert len(list(tmp_path.iterdir())) == 2
    assert (tmp_path / "file").read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1


def not_files(folder):
    """One of each kind, with what it is called."""
    os.mkfifo(folder / "fifo")
    yield folder / "fifo", "a FIFO"
    yield "/dev/zero", "a device"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")  # in `folder`: a socket's path is short
        yield folder / "socket", "a socket"


def test_nothing_else_is_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path, kind in not_files(tmp_path):
        with pytest.raises(DataError, match=f"{path} is {kind}; expected a picture"):
            outside.content(path, 10, DataError, "a picture")
    with pytest.raises(IsADirectoryError, match="Is a directory, expected a picture"):
        outside.content(tmp_path, 10, DataError, "a picture")


@pytest.fixture
def fifo(tmp_path):
    os.mkfifo(tmp_path / "fifo.npz")
    return tmp_path / "fifo.npz"


@pytest.mark.parametrize(
    "door",
    [
        read_npz,
        lambda path: sources.read(path, sources.TEST_IMAGES),
        Mapping.read,
    ],
)
def test_a_reader_waits_for_nobody(fifo, door):
    with pytest.raises(ValueError, match=r"fifo\.npz is a FIFO; expected"):
        door(fifo)


def test_a_set_with_dotted_names_is_read(small_set, tmp_path):
    for path in small_set.iterdir():
        dotted = re.sub(r"-(idx\d)", r".\1", path.name)
        (tmp_path / dotted).write_bytes(path.read_bytes())
    assert mnist.load_present(tmp_path).digests == mnist.load_present(small_set).digests
    assert len(list(tmp_path.iterdir())) == 4


def test_a_link_that_leads_nowhere_is_not_replaced(small_set, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for path in small_set.iterdir():
        (data / path.name).symlink_to(path)
    (data / sources.TEST_LABELS).unlink()
    (data / sources.TEST_LABELS).symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=sources.TEST_LABELS):
        mnist.load(data)
    assert len(list(data.iterdir())) == 4


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_path_is_one_that_a_system_could_have(text):
    with pytest.raises(UsageError, match="data_dir must be a path, not "):
        Settings(data_dir=text)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_path_from_python_that_no_file_has(text, tmp_path):
    message = re.escape(f"{text!r} has a character that no path has.")
    for use in (
        lambda: outside.content(text, 1, DataError),
        lambda: files.write_text(text, ""),
        lambda: mnist.load(text),
        lambda: RunDirectory(text),
    ):
        with pytest.raises(UsageError, match=message):
            use()


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="Is no regular file and stays"):
        files.write_text(tmp_path / "pipe", "")
    assert (tmp_path / "pipe").is_fifo() and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["self", "cls", "values"])
def test_a_setting_may_be_called_anything(name):
    with pytest.raises(UsageError, match=f"Unknown setting '{name}'"):
        Settings(**{name: 1})


def test_a_script_that_is_to_be_explained_is_a_file(tmp_path, called):
    os.mkfifo(tmp_path / "old.py")
    done = called("run", "--explain", tmp_path / "old.py")
    assert done.returncode == 2 and "old.py is a FIFO; expected a Python file" in done.stderr
