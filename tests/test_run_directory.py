"""Run directories: complete or not there, and nothing added to what is no run."""

import pytest

from legacy_cnn import files
from legacy_cnn.errors import RunError
from legacy_cnn.rundir import RunDirectory

CONFIG = {"settings": {}}


class Killed(BaseException):
    pass


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def killed_while_writing(directory, monkeypatch):
    """Kills a process that makes a run, before its config.json is complete."""

    def killed(path, value):
        path.with_name(f".{path.name}.0123456789ab.tmp").write_text("{")
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(files, "write_json", killed)
        patched.setattr(files.shutil, "rmtree", lambda path, ignore_errors: None)
        RunDirectory.new(directory, CONFIG)


def test_a_killed_process_leaves_no_run(tmp_path, monkeypatch):
    killed_while_writing(tmp_path / "run", monkeypatch)
    assert not (tmp_path / "run").exists()
    RunDirectory.new(tmp_path / "run", CONFIG)
    assert names(tmp_path) == ["run"]
    assert names(tmp_path / "run") == ["config.json"]


def test_an_empty_directory_becomes_a_run_at_the_second_attempt(tmp_path, monkeypatch):
    killed_while_writing(tmp_path, monkeypatch)
    RunDirectory.new(tmp_path, CONFIG)
    assert names(tmp_path) == ["config.json", "lock"]


def test_nothing_is_added_to_other_files(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Sir")
    with pytest.raises(RunError, match="contains other files and no run"):
        RunDirectory.new(tmp_path, CONFIG)
    assert names(tmp_path) == ["letter.txt"]


def test_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "2").mkdir(parents=True)
    assert [RunDirectory.new(None, CONFIG).path.name for _ in range(2)] == ["1", "3"]


def test_a_run_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match="nope does not exist"):
        RunDirectory.of_run(tmp_path / "nope")
    with pytest.raises(RunError, match=r"contains no run: it has no config\.json"):
        RunDirectory.of_run(tmp_path)
