"""`legacy-cnn cluster` and `legacy-cnn train --cluster`: real servers, on loopback."""

import contextlib
import dataclasses
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import OPTIONS, STEPS
from legacy_cnn.cluster import here
from legacy_cnn.rundir import RunDirectory
from support.samples import TRAINING

#: Seconds that a busy machine may take for anything.
LATE = 240


@pytest.mark.tensorflow
def test_parts_of_a_batch():
    from legacy_cnn.cluster.synchronous import part

    assert [part(100, 3, number) for number in range(3)] == [(0, 34), (34, 67), (67, 100)]
    assert [part(4, 4, number) for number in range(4)] == [(0, 1), (1, 2), (2, 3), (3, 4)]


@contextlib.contextmanager
def open_run(path):
    from legacy_cnn import training

    with training.open_run(path) as opened:
        yield opened


def weights_digest(weights):
    from legacy_cnn.training import record

    return record.weights_digest(weights)


@contextlib.contextmanager
def started(*words):
    """A command, killed at the end with those that it has started."""
    command = [sys.executable, "-m", "legacy_cnn", *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def trained(directory, small_set):
    return ["train", *OPTIONS, "--data-dir", small_set, "--threads", "1", "--run-dir", directory]


def children(process):
    """Number of each process of a cluster, by its job and task."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            words = (status.parent / "cmdline").read_text().split("\0")
            if f"PPid:\t{process.pid}\n" in status.read_text() and "--job" in words:
                job, task = (words[words.index(flag) + 1] for flag in ("--job", "--task"))
                found[job + task] = int(status.parent.name)
    return found


def until(true):
    late = time.monotonic() + LATE
    while not (found := true()):
        assert time.monotonic() < late
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def single(small_set, tmp_path_factory):
    """A run of a single process."""
    from support import warm

    run = tmp_path_factory.mktemp("single") / "run"
    assert warm.command(*trained(run, small_set)).returncode == 0
    return json.loads((run / "results.json").read_text())


def check(run, single, epochs=2):
    """The run is complete, and its first losses are a single process's but for rounding."""
    found = json.loads((run / "results.json").read_text())
    assert (found["status"], found["step"]) == ("complete", epochs * STEPS)
    for one, other in zip(found["epochs"], single["epochs"], strict=False):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-4)


def cluster_in(run):
    return json.loads((run / "config.json").read_text())["machine"]["cluster"]


@pytest.mark.tensorflow
def test_a_cluster_trains_the_run_of_a_single_process(
    small_set, single, tmp_path, called, monkeypatch
):
    for name in ("http_proxy", "https_proxy"):  # nobody is there, and nobody asks
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name)
    run = tmp_path / "run"
    words = ["cluster", "--workers", "3", "--ps", "2", "--", *trained(run, small_set)]
    with started(*words) as process:
        out, err = process.communicate(timeout=LATE)
    assert process.returncode == 0, err
    assert out.splitlines()[-1].startswith("Accuracy: ")
    assert err.count("whoever reaches a port can run code") == 1
    check(run, single)
    assert cluster_in(run) == "of 2 ps and 3 synchronous workers"
    assert not children(process)
    evaluated = called("evaluate", run, "--json")
    accuracy = json.loads(evaluated.stdout)["accuracy"]
    assert accuracy == json.loads((run / "results.json").read_text())["accuracy"]
    resumed = ["train", "--run-dir", run, "--resume", "--epochs", "3"]
    with started("cluster", "--", *resumed) as process:
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 0, err
    assert (
        f"{run} was started with cluster of 2 ps and 3 synchronous workers and goes on with "
        f"cluster of 1 ps and 2 synchronous workers: the result may differ"
    ) in err
    check(run, single, 3)


@pytest.mark.tensorflow
def test_one_asynchronous_worker_trains_the_run_of_a_single_process(small_set, single, tmp_path):
    run = tmp_path / "run"
    words = [*trained(run, small_set), "--asynchronous"]
    with started("cluster", "--workers", "1", "--", *words) as process:
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 0, err
    assert err.splitlines()[-1] == "Gradients were 0.00 updates old on average, and 0 at most."
    check(run, single)
    assert json.loads((run / "results.json").read_text())["staleness"] == [2 * STEPS]


def trained_asynchronously(run, epochs):
    """The run is complete, and each of its steps was told of once."""
    found = json.loads((run / "results.json").read_text())
    assert (found["status"], found["step"]) == ("complete", epochs * STEPS)
    assert sum(found["staleness"]) == epochs * STEPS
    with open_run(run) as (program, _):
        assert weights_digest(program.weights()) == found["weights_sha256"]


@pytest.mark.tensorflow
@pytest.mark.slow
def test_asynchronous_workers_stop_where_the_state_is_saved(small_set, tmp_path):
    run = tmp_path / "run"
    words = [*trained(run, small_set), "--epochs", "40", "--checkpoint-every", "3"]
    with started("cluster", "--workers", "3", "--", *words, "--asynchronous") as process:
        until((run / "results.json").exists)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 130, err
    assert err.splitlines()[-1] == (
        f"Resume it with: legacy-cnn cluster --ps 1 --workers 3 -- train --asynchronous "
        f"--run-dir {run} --resume"
    )
    result = json.loads((run / "results.json").read_text())
    assert result["status"] == "interrupted"
    with open_run(run) as (program, _):
        assert weights_digest(program.weights()) == result["weights_sha256"]
    resumed = ["train", "--run-dir", str(run), "--resume", "--asynchronous"]
    with started("cluster", "--workers", "2", "--", *resumed) as process:
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 0, err
    trained_asynchronously(run, 40)


def killed(job, run, *words):
    """Kills a process of a cluster after a checkpoint; the run ends well all the same."""
    with started("cluster", "--patience", "30", "--", *words) as process:
        until((run / "checkpoints" / "step-000007").exists)
        os.kill(children(process)[job], signal.SIGKILL)
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 0, err
    assert "was ended by SIGKILL; it is started again." in err


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.parametrize("job", ["ps0", "worker1", "worker0"])
def test_asynchronous_workers_go_on_when_one_is_killed(job, small_set, tmp_path):
    run = tmp_path / "run"
    killed(job, run, *trained(run, small_set), "--epochs", "20", "--asynchronous")
    trained_asynchronously(run, 20)


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.parametrize("job", ["ps0", "worker1", "worker0"])
def test_what_is_killed_is_started_again(job, small_set, single, tmp_path):
    run = tmp_path / "run"
    killed(job, run, *trained(run, small_set), "--epochs", "8")
    check(run, single, 8)


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.parametrize("job", ["ps0", "worker1"])
def test_a_process_that_stalls_ends_the_run_in_a_sentence(job, small_set, tmp_path):
    run = tmp_path / "run"
    words = [*trained(run, small_set), "--epochs", "1000"]
    with started("cluster", "--patience", "5", "--", *words) as process:
        until((run / "results.json").exists)
        os.kill(children(process)[job], signal.SIGSTOP)
        _, err = process.communicate(timeout=LATE)
    assert process.returncode == 1
    assert re.search("(has not answered|has given nothing) for [0-9]+ seconds", err)
    assert "Traceback" not in err
    assert json.loads((run / "results.json").read_text())["status"] == "running"


@pytest.mark.tensorflow
def test_processes_end_with_the_one_that_started_them(small_set, tmp_path):
    run = tmp_path / "run"
    words = [*trained(run, small_set), "--epochs", "1000"]
    with started("cluster", "--", *words) as process:
        until((run / "checkpoints" / "step-000007").exists)
        numbers = children(process).values()
        process.kill()
        assert len(numbers) == 3
        until(lambda: not any(os.path.exists(f"/proc/{number}") for number in numbers))


@pytest.mark.tensorflow
def test_what_is_missing_is_a_sentence(small_set, tmp_path):
    ps, *workers = here.free_addresses(3)
    spec = ",".join([f"ps={ps}", *[f"worker={one}" for one in workers]])
    words = [*trained(tmp_path / "run", small_set), "--cluster", spec]
    patient, words = words, [*words, "--patience", "3"]
    with (
        started(*patient, "--job", "ps", "--task", "0") as server,
        started(*words, "--job", "worker", "--task", "0") as chief,
    ):
        _, err = chief.communicate(timeout=LATE)
        assert chief.returncode == 1
        *_, warning, last = err.splitlines()
        assert warning == "Worker 1 has given nothing yet; waiting for it."
        assert last == (
            "legacy-cnn: Worker 1 has given nothing for 15 seconds. The run ends. To go on, "
            "start all processes again, the chief with --resume and --run-dir."
        )
        assert server.wait(LATE) == 0  # the chief has said that the run has ended
    with started(*words, "--job", "worker", "--task", "1", "--patience", "1") as worker:
        _, err = worker.communicate(timeout=LATE)
        assert worker.returncode == 1
        assert "The chief has done nothing for 5 seconds" in err.splitlines()[-1]
    lone = [*trained(tmp_path / "lone", small_set), "--cluster", spec, "--patience", "1"]
    with started(*lone, "--job", "worker", "--task", "0") as chief:
        _, err = chief.communicate(timeout=LATE)
        assert chief.returncode == 1
        assert f"Parameter server 0 at {ps} has not answered for 5 seconds" in err.splitlines()[-1]
    assert not (tmp_path / "lone").exists()


@pytest.mark.tensorflow
def test_ctrl_c_ends_a_chief_that_waits_for_a_parameter_server(small_set, tmp_path):
    ps, worker = here.free_addresses(2)
    words = [*trained(tmp_path / "run", small_set), "--cluster", f"ps={ps},worker={worker}"]
    with started(*words, "--job", "worker", "--task", "0") as chief:
        assert any("does not answer yet; waiting for it" in line for line in chief.stderr)
        chief.send_signal(signal.SIGINT)
        _, err = chief.communicate(timeout=LATE)
    assert (chief.returncode, err) == (130, "Stopped while a parameter server did not answer.\n")


@pytest.mark.tensorflow
@pytest.mark.parametrize("job", ["ps", "worker"])
def test_a_signal_ends_a_process_that_waits_for_the_chief(job):
    ps, chief, worker = here.free_addresses(3)
    task = "0" if job == "ps" else "1"
    words = ["--cluster", f"ps={ps},worker={chief},worker={worker}", "--job", job, "--task", task]
    with started("train", *words, "--patience", "30") as process:
        assert "whoever reaches a port" in process.stderr.readline()
        said = f"{job} {task} waits for the chief, worker 0 at {chief}.\n"
        assert process.stderr.readline() == said
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LATE)
    assert (process.returncode, err) == (143, "Stopped.\n")


class Ended:
    """A process that a signal has ended."""

    pid, stdin = 0, io.BytesIO()

    def poll(self):
        return -signal.SIGKILL


@pytest.fixture
def killed_cluster(tmp_path, monkeypatch):
    """A cluster whose chief is killed whenever it is started, and what it says."""
    said = []
    cluster = here.Cluster({"ps": 1, "worker": 1}, ["--epochs", "2"], tmp_path, 60, said.append)
    monkeypatch.setattr(here.subprocess, "Popen", lambda *words, **options: Ended())
    cluster._start(cluster._places[1])
    return cluster, said


def test_a_chief_that_is_killed_again_and_again(killed_cluster):
    cluster, said = killed_cluster
    assert cluster.watch(lambda: False) == 128 + signal.SIGKILL
    *before, last = said
    assert before == 5 * ["worker 0, the chief, was ended by SIGKILL; it is started again."]
    assert last == (
        "worker 0, the chief, was ended by SIGKILL after 5 new starts; ending the others."
    )


def test_a_killed_chief_whose_run_is_complete_is_not_started_again(killed_cluster, tmp_path):
    cluster, said = killed_cluster
    RunDirectory(tmp_path).write_results(dataclasses.replace(TRAINING, status="complete"))
    assert (cluster.watch(lambda: False), said) == (0, [])
    cluster._start(cluster._places[1])  # to train more epochs, of which there are none yet
    assert cluster.watch(lambda: False) and len(said) == 6


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["cluster", "--ps", "0", "--", "train"], "--ps must be from 1 to 64, not 0"),
        (["cluster", "--", "evaluate"], "needs: -- train"),
        (["cluster", "--", "train", "--cluster", "TF_CONFIG"], "chooses the addresses itself"),
        (["cluster", "--", "train", "--patience", "5"], "takes --patience before the words"),
        (["cluster", "--", "train", "--epochs", "0"], "error: --epochs must be at least 1, not 0"),
        (["cluster", "--", "train", "--resume"], "error: --resume needs --run-dir"),
        (["cluster", "--", "train", "--with", "keras"], "error: --with must be graph on a cluster"),
        (["cluster", "--", "train", "--batch-size", "1"], "error: --batch-size 1 is below the"),
        (["cluster", "--patience", "0", "--", "train"], "error: --patience must be above 0"),
        (["train", "--job", "ps"], "--job and --task need --cluster"),
        (["train", "--asynchronous"], "--asynchronous needs --cluster"),
        (["train", "--patience", "5"], "--patience needs --cluster"),
    ],
)
def test_wrong_usage(words, message, called):
    done = called(*words)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split()) and "Starting" not in done.stderr
