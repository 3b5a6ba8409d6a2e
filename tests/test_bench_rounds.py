"""Workers take turns: what they time, the arithmetic of it, and what happens when one fails."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from legacy_cnn import bench
from legacy_cnn.bench import loader, timings, worker
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.errors import BenchError
from legacy_cnn.processes import ratios
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results import jsonvalues
from legacy_cnn.settings import BenchSettings
from support.loops import BROKEN, TRIVIAL, Asked, silent

pytestmark = pytest.mark.tensorflow


def test_ratios():
    """Ratios are of rounds: a slow round is slow for both."""
    baseline = [[1.0, 1.0, 1.0], [10.0, 10.0, 40.0]]
    timing = ratios.timing([[2.0, 2.0, 9.0], [30.0, 30.0, 30.0]], baseline, 128)
    assert timing["ratio"] == 2.5 and (timing["low"], timing["high"]) == (2.25, 2.75)
    assert timing["median"] == 19.5 and timing["minimum"] == 2 and timing["rate"] == 128 / 19.5


def test_a_worker_times_what_it_is_asked_for():
    asked = Asked({"train": 2}, {"train": 1})
    taken = []

    class Steps:
        def train(self, after_step):
            for number in range(100):
                taken.append(number)
                after_step(float(number))

    worker.train(Steps(), asked)
    assert "first_step" in asked.replies[0]
    # Step 0 is the first, 1 and 4 warm up.
    assert [reply["seconds"] for reply in asked.replies[1:]] == [[2.0, 3.0], [5.0]]
    assert len(taken) == 6


def settings(**values):
    return BenchSettings(**{"parts": ("training",), "rounds": 1, "steps": 1, **values})


def test_one_that_fails_is_told_and_left_out():
    contenders = {BASELINE: TRIVIAL, "broken": BROKEN}
    result = timings.measure(contenders, settings(), silent)
    assert list(result.training) == [BASELINE]
    assert "Broken stopped: ModuleNotFoundError" in result.failed["broken"]


def test_what_fails_does_not_take_the_rest_with_it(monkeypatch):
    monkeypatch.setitem(CONTENDERS, BASELINE, TRIVIAL)
    monkeypatch.setitem(CONTENDERS, "kernels", BROKEN)
    monkeypatch.setattr(bench, "onednn_by_default", lambda: True)
    ours = loader.LOADERS["ours"]
    monkeypatch.setattr(loader, "prepare", lambda directory: None)  # it writes other loaders' files
    broken = dataclasses.replace(ours, title="Broken loader")
    monkeypatch.setattr(loader, "LOADERS", {"ours": ours, "broken": broken})
    result = bench.run(parts=("floor", "loader"), rounds=1, steps=1)
    assert list(result.training) == [BASELINE] and result.floor is None
    assert result.failed["kernels"].startswith("Broken stopped: ModuleNotFoundError")
    assert result.failed["floor"] == "floor needs 'Broken', which could not be measured."
    # The worker's own table of loaders has none of that name.
    assert result.failed["broken"].startswith("Broken loader stopped: KeyError")
    assert {name: len(timings) for name, timings in result.loader.items()} == dict.fromkeys(
        set(loader.installed()) - {"broken"}, 1
    )


def test_only_what_is_asked_for_is_measured():
    result = timings.measure({BASELINE: TRIVIAL}, settings(parts=("evaluation",)), silent)
    assert result.training == {} and list(result.evaluation) == [BASELINE]


def test_a_killed_worker_is_told_as_that():
    arguments = json.dumps(jsonvalues.to_json(TRIVIAL)), "1"
    with Worker("Worker", timings.WORKER, arguments, TRIVIAL.environment) as killed:
        killed.process.kill()
        with pytest.raises(BenchError, match="Worker stopped: killed by SIGKILL"):
            killed.reply()


#: The command, with contenders that start at once.
COMMAND = """
import sys
from legacy_cnn import bench, cli
from support.loops import WRITING
bench.onednn_by_default = lambda: True
bench.CONTENDERS.update(dict.fromkeys(("graph", "listing"), WRITING))
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_signal_ends_the_workers_and_takes_away_what_they_wrote(tmp_path):
    begin = [sys.executable, "-c", COMMAND, "bench", "training", "--contenders", "listing"]
    environment = {**os.environ, **TRIVIAL.environment, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(begin, env=environment, stderr=subprocess.DEVNULL) as begun:
        try:
            while not list(tmp_path.glob("*/run")):  # the baseline's worker trains
                assert begun.poll() is None
                time.sleep(0.1)
            begun.terminate()
            assert begun.wait(60) == 128 + signal.SIGTERM
        finally:
            begun.kill()
    late = time.monotonic() + 60  # a worker that was just being started ends by itself
    while list(tmp_path.iterdir()):
        assert time.monotonic() < late
        time.sleep(0.1)


def test_without_the_baseline_there_is_nothing():
    with pytest.raises(BenchError, match="Broken stopped: ModuleNotFoundError"):
        timings.measure({BASELINE: BROKEN}, settings(), silent)


@pytest.mark.parametrize(("off", "same"), [(0, True), (1e-6, True), (1e-3, False), (np.nan, False)])
def test_another_computation_is_noticed(off, same):
    logits = np.array([[1000.0, -2000.0]])
    problem = timings.different_logits(logits * (1 + off), logits)
    assert (problem is None) == same
