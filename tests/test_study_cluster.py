"""`legacy-cnn reproduce --scheduler`: a real scheduler and workers of Dask, on loopback."""

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from conftest import write_first
from legacy_cnn import mnist, study
from legacy_cnn.cli import main
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.processes import clustered
from legacy_cnn.study import cluster, tasks
from legacy_cnn.study.trainings import Training

pytestmark = pytest.mark.tensorflow

SETTINGS = {"epochs": 1, "seeds": 1, "variants": ("fixed",)}
#: Seconds that a busy machine may take for anything.
LATE = 240


@pytest.fixture(scope="module")
def data_dir(files, tmp_path_factory):
    """Three steps of training besides the images that are set aside."""
    return write_first(tmp_path_factory.mktemp("cluster") / "mnist", files, 5384, 100)


@contextlib.contextmanager
def process(*arguments):
    """A process of Dask, killed at the end with those that it has started."""
    command = [sys.executable, "-m", *map(str, arguments)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, start_new_session=True, **quiet) as started:
        try:
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


@contextlib.contextmanager
def scheduler():
    """The address of a scheduler without workers, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = "--host", "127.0.0.1", "--port", port, "--no-dashboard"
    with process("distributed.cli.dask_scheduler", *where) as started:
        until(lambda: answers(port))
        yield f"tcp://127.0.0.1:{port}", started


def worker(address, directory):
    """A worker without a nanny, which would start it again."""
    where = "--local-directory", directory, "--no-nanny", "--no-dashboard", "--nthreads", "1"
    return process("distributed.cli.dask_worker", address, *where)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(true):
    late = time.monotonic() + LATE
    while not true():
        assert time.monotonic() < late
        time.sleep(0.1)


def without_times(result):
    """What a study must give anywhere: all but times, and the directories of the data."""
    value = result.to_json()
    for runs in value["trainings"].values():
        for run in runs:
            del run["seconds"]
    return value


def test_a_cluster_without_shared_storage_gives_what_this_machine_gives(
    data_dir, tmp_path, monkeypatch
):
    settings = {**SETTINGS, "data_dir": str(data_dir)}
    said = []
    with scheduler() as (address, _), worker(address, tmp_path / "worker"):
        monkeypatch.setattr(cluster, "_token", lambda directory: "of another disk")
        far = study.reproduce(tmp_path / "far", scheduler=address, warn=said.append, **settings)
    run = tmp_path / "far" / "runs" / "dropout-0"
    assert sorted(path.name for path in run.iterdir()) == [
        "config.json", "results.json", "specimen.json",
    ]  # fmt: skip
    here = study.reproduce(tmp_path / "here", **settings)
    assert without_times(far) == without_times(here)
    assert all("no workers yet" in one for one in said)


@pytest.mark.slow
def test_killed_workers_and_clients(data_dir, tmp_path):
    """The training of a client and a worker that were killed goes on at another worker."""
    directory = tmp_path / "study"
    run = directory / "runs" / "dropout-0"
    with scheduler() as (address, _), worker(address, tmp_path / "1") as one:
        words = ["--epochs", "40", "--seeds", "1", "--variants", "fixed", "--threads", "1"]
        words = [*words, "--scheduler", address, "--data-dir", data_dir]
        command = "legacy_cnn", "reproduce", directory, *words
        with process(*command) as client:
            until((run / "results.json").exists)
            client.kill()
            client.wait()
            training = Training("dropout", 0, directory)
            until(lambda: not training.run.is_locked())  # its process has ended
            before = len(training.epochs())
            assert 0 < before < 40
        with process(*command) as client, worker(address, tmp_path / "2"):
            until(lambda: len(training.epochs()) > before)
            one.kill()
            assert client.wait(LATE) == 0
    made = json.loads((directory / "results.json").read_text())
    (given,) = made["trainings"]["dropout"]
    assert len(given["epochs"]) == 40 and "--scheduler" not in made["command"]


@pytest.mark.slow
def test_a_killed_scheduler_ends_the_study_with_a_sentence(data_dir, tmp_path):
    directory = tmp_path / "study"
    settings = {**SETTINGS, "epochs": 400, "data_dir": str(data_dir)}
    with scheduler() as (address, started), worker(address, tmp_path / "worker"):
        results = directory / "runs" / "dropout-0" / "results.json"
        killing = threading.Thread(target=lambda: (until(results.exists), started.kill()))
        killing.start()
        with pytest.raises(RunError, match="is gone; what was trained is saved in"):
            study.reproduce(directory, scheduler=address, warn=[].append, **settings)
        killing.join()


@pytest.mark.parametrize(("threads", "kept"), [("1", False), ("2", True)])
def test_what_dask_sets_for_its_own_threads_is_not_for_a_training(threads, kept, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)  # a nanny sets 1
    assert ("OMP_NUM_THREADS" in clustered._environment()) == kept


def test_what_other_machines_may_lack(data_dir, tmp_path):
    digests = mnist.load_present(data_dir).digests
    task = tasks.Task(
        "dropout", 0, str(tmp_path), "", 1, 1, str(data_dir), digests, tasks.versions(), "tcp://w"
    )
    wrong = {**task.versions, "tensorflow": "2.18.0"}
    for changed, said in (
        (
            {"versions": wrong},
            "The worker tcp://w has tensorflow .*, the study has 2.18.0",
        ),
        ({"digests": {}}, "The worker tcp://w has other data in "),
    ):
        with pytest.raises(RunError, match=said):
            tasks.run(dataclasses.replace(task, **changed), threading.Event())


@pytest.mark.parametrize(
    "wrong", ["", "host", "host:0", "host:70000", "http://host:80", "tcp://:8786", "inproc://1:2"]
)
def test_no_address(wrong):
    with pytest.raises(UsageError, match="scheduler must "):
        study.reproduce("nowhere", scheduler=wrong)


def test_no_scheduler(data_dir, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    words = ["reproduce", str(tmp_path), "--data-dir", str(data_dir), "--scheduler"]
    assert main([*words, "127.0.0.1:1"]) == 1
    assert "No Dask scheduler answers at 127.0.0.1:1" in capsys.readouterr().err
    monkeypatch.setattr(cluster.provenance, "installed", lambda name: False)
    assert main([*words, "127.0.0.1:1"]) == 1
    said = capsys.readouterr().err
    assert "--scheduler needs distributed, which is not installed: run pip install 'legacy-" in said
    with pytest.raises(SystemExit) as ended:
        main([*words, "nothing"])
    assert ended.value.code == 2
