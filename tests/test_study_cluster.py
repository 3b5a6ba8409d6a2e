"""`legacy-cnn reproduce --scheduler`: a real scheduler and workers of Dask, on loopback."""

import contextlib
import dataclasses
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import CancelledError, Future

import pytest
from distributed.scheduler import KilledWorker

from conftest import write_first
from legacy_cnn import mnist, provenance, study
from legacy_cnn.cli import main
from legacy_cnn.cluster.here import free_addresses
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.processes import clustered
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import cluster, tasks
from legacy_cnn.study.trainings import Training, train_all
from legacy_cnn.training import Interrupted

pytestmark = pytest.mark.tensorflow

SETTINGS = {"epochs": 1, "seeds": 1, "variants": ("fixed",)}
#: Seconds that a busy machine may take for anything.
LATE = 240


@pytest.fixture(scope="module")
def data_dir(files, tmp_path_factory):
    """Three steps of training besides the images that are set aside."""
    return write_first(tmp_path_factory.mktemp("cluster") / "mnist", files, 5384, 100)


@contextlib.contextmanager
def process(*arguments, cwd=None, **variables):
    """A process of Dask, killed at the end with those that it has started."""
    command = [sys.executable, "-m", *map(str, arguments)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = {"cwd": cwd, "env": {**os.environ, **variables}, "start_new_session": True}
    with subprocess.Popen(command, **where, **quiet) as started:
        try:
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


@contextlib.contextmanager
def scheduler(address=None, **more):
    """The address of a scheduler without workers, and its process."""
    address = address or f"tcp://{free_addresses(1)[0]}"
    host, port = address.removeprefix("tcp://").split(":")
    where = "--host", host, "--port", port, "--no-dashboard"
    with process("distributed.cli.dask_scheduler", *where, **more) as started:
        until(lambda: answers(host, port))
        yield address, started


def worker(address, directory, **more):
    """A worker without a nanny, which would start it again."""
    where = "--local-directory", directory, "--no-nanny", "--no-dashboard", "--nthreads", "1"
    return process("distributed.cli.dask_worker", address, *where, **more)


def answers(host, port):
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


def until(true):
    late = time.monotonic() + LATE
    while not true():
        assert time.monotonic() < late
        time.sleep(0.1)


class Given(contextlib.AbstractContextManager):
    """An engine whose futures somebody else completes, the last one first."""

    def __init__(self, count):
        self.futures, self.kept = [Future() for _ in range(count)], []

    def __exit__(self, *exception):
        pass

    def submit(self, training):
        return self.futures.pop()

    def keep(self, training, future):
        future.result()
        self.kept.append(training)


def without_times(result):
    """What a study must give anywhere: all but times, and the directories of the data."""
    value = result.to_json()
    for runs in value["trainings"].values():
        for run in runs:
            del run["seconds"]
    return value


@pytest.fixture
def without_package(tmp_path):
    """A directory in which Python finds no package of this name."""
    directory = tmp_path / "without"
    directory.mkdir()
    (directory / "legacy_cnn.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'legacy_cnn'\")"
    )
    return directory


def importable():
    """The environment of a process that is not where this one is."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_cluster_without_shared_storage_gives_what_this_machine_gives(
    data_dir, without_package, tmp_path, monkeypatch
):
    """The scheduler needs Dask only, and a directory of data may be relative."""
    monkeypatch.chdir(data_dir.parent)
    settings = {**SETTINGS, "data_dir": data_dir.name}  # which a worker has not where it is
    said = []
    place = tmp_path / "worker"
    with (
        scheduler(cwd=without_package) as (address, _),
        worker(address, place, cwd=tmp_path, **importable()),
    ):
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
def test_a_scheduler_that_is_killed_and_comes_back(data_dir, tmp_path):
    """The study ends with a sentence, and goes on with the next one."""
    directory = tmp_path / "study"
    settings = {**SETTINGS, "epochs": 60, "data_dir": str(data_dir)}
    results = directory / "runs" / "dropout-0" / "results.json"
    with contextlib.ExitStack() as stack:
        address, started = stack.enter_context(scheduler())

        def replace():
            until(results.exists)
            started.kill()
            started.wait()
            stack.enter_context(scheduler(address))

        with worker(address, tmp_path / "1"):
            replacing = threading.Thread(target=replace)
            replacing.start()
            with pytest.raises(RunError, match="is gone; what was trained is saved in"):
                study.reproduce(directory, scheduler=address, warn=[].append, **settings)
            replacing.join()
        with worker(address, tmp_path / "2"):
            made = study.reproduce(directory, scheduler=address, warn=[].append, **settings)
    assert len(made.trainings["dropout"][0].epochs) == 60


@pytest.mark.slow
def test_workers_that_die_one_after_another(data_dir, tmp_path):
    settings = {**SETTINGS, "epochs": 400, "data_dir": str(data_dir)}
    results = tmp_path / "study" / "runs" / "dropout-0" / "results.json"
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with scheduler(**once) as (address, _), worker(address, tmp_path / "worker") as one:
        killing = threading.Thread(target=lambda: (until(results.exists), one.kill()))
        killing.start()
        with pytest.raises(RunError, match="dropout-0 was given up: the workers that ran it have"):
            study.reproduce(tmp_path / "study", scheduler=address, warn=[].append, **settings)
        killing.join()


def test_a_worker_without_the_package_is_told(data_dir, without_package, tmp_path):
    settings = {**SETTINGS, "data_dir": str(data_dir)}
    with (
        scheduler() as (address, _),
        worker(address, tmp_path / "worker", cwd=without_package),
        pytest.raises(RunError, match=r"No module named 'legacy_cnn'\); its workers need the leg"),
    ):
        study.reproduce(tmp_path / "study", scheduler=address, warn=[].append, **settings)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ({"failure": "The worker tcp://w has other data in x."}, "dropout-0: The worker tcp://w"),
        (KilledWorker("key", None, 3), "dropout-0 was given up: the workers that ran it have died"),
        (CancelledError(), "The scheduler at 127.0.0.1:1 is gone; what was trained is saved in"),
        (OSError("no space"), r"dropout-0 cannot run on the cluster \(OSError: no space\)"),
    ],
)
def test_how_a_training_may_end_elsewhere(end, said, data_dir, tmp_path):
    future = Future()
    (future.set_exception if isinstance(end, BaseException) else future.set_result)(end)
    settings = StudySettings(scheduler="127.0.0.1:1")
    engine = cluster.Cluster(settings, tmp_path, mnist.load_present(data_dir), [].append)
    with pytest.raises(RunError, match=said):
        engine.keep(Training("dropout", 0, tmp_path), future)


def test_a_run_of_a_shared_directory_must_be_there(data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SEEN", 0)
    future = Future()
    future.set_result({"shared": True})
    settings = StudySettings(epochs=2, scheduler="127.0.0.1:1")
    engine = cluster.Cluster(settings, tmp_path, mnist.load_present(data_dir), [].append)
    with pytest.raises(RunError, match="has 0 epochs here, though its worker has written 2"):
        engine.keep(Training("dropout", 0, tmp_path), future)


def test_a_result_that_is_kept_is_not_wanted_any_more(tmp_path):
    """Dask would compute it again if the worker died that has given it."""
    engine = Given(2)
    last, forgotten = engine.futures[0], [weakref.ref(engine.futures[1])]

    def watch(running):
        gc.collect()
        forgotten.append(forgotten[0]() is None)
        if not last.done():
            last.set_result(None)

    engine.futures[1].set_result(None)
    both = [Training("dropout", seed, tmp_path) for seed in range(2)]
    assert train_all(both, StudySettings(epochs=1), engine, lambda: False, watch)
    assert engine.kept == both and forgotten[1]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_what_has_ended_is_kept_whatever_else_has_happened(is_stopped, tmp_path):
    engine = Given(20)  # which are looked at in any order
    trainings = [Training("dropout", seed, tmp_path) for seed in range(20)]
    running, last, *done = engine.futures
    for future in done:
        future.set_result(None)
    if is_stopped:
        last.set_result(None)
        assert not train_all(trainings, StudySettings(epochs=1), engine, lambda: True, print)
    else:
        last.set_exception(RunError("too hot"))
        with pytest.raises(RunError, match="too hot"):
            train_all(trainings, StudySettings(epochs=1), engine, lambda: False, print)
    assert set(engine.kept) >= set(trainings[:18]) and not running.done()


@pytest.mark.parametrize(("threads", "kept"), [("1", False), ("2", True)])
def test_what_dask_sets_for_its_own_threads_is_not_for_a_training(threads, kept, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)  # a nanny sets 1
    assert ("OMP_NUM_THREADS" in clustered._environment()) == kept


def test_what_other_machines_may_lack(data_dir, tmp_path):
    digests = mnist.load_present(data_dir).digests
    task = tasks.Task(
        "dropout",
        0,
        str(tmp_path),
        "",
        1,
        1,
        str(data_dir),
        digests,
        provenance.decisive(),
        "tcp://w",
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
    (given_up := threading.Event()).set()
    scratch = str(tmp_path / "scratch")
    with pytest.raises(Interrupted, match="given up before it began"):
        tasks.run(dataclasses.replace(task, scratch=scratch), given_up)


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
    with pytest.raises(SystemExit):
        main([*words, "tls://127.0.0.1:1"])
    assert "--scheduler tls://127.0.0.1:1 needs TLS, and Dask's" in capsys.readouterr().err
    monkeypatch.setattr(cluster.provenance, "installed", lambda name: False)
    assert main([*words, "127.0.0.1:1"]) == 1
    said = capsys.readouterr().err
    assert "--scheduler needs distributed, which is not installed: run pip install 'legacy-" in said
    with pytest.raises(SystemExit) as ended:
        main([*words, "nothing"])
    assert ended.value.code == 2
