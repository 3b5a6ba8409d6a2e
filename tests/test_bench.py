"""The benchmark runs, and its arithmetic is right. How fast anything is, is no test's business."""

import dataclasses
import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest

from conftest import arguments_of, command
from legacy_cnn import bench, cli
from legacy_cnn.bench import figures, growth, loader, plot, racing, table, worker
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, Contender
from legacy_cnn.bench.contenders.kernels import flop_of_step
from legacy_cnn.errors import BenchError
from legacy_cnn.processes.worker import Worker
from legacy_cnn.settings import BenchSettings

TINY = ["--rounds", "1", "--steps", "2"]


@pytest.fixture(scope="module")
def measured():
    """What the command prints with --json."""
    parts = ["training", "evaluation", "floor", "loader", "startup"]
    done = command("bench", *parts, *TINY, "--contenders", "listing,keras,optimised", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_contender_is_measured(measured):
    assert set(measured["training"]) == {"graph", "optimised", "kernels", "listing", "keras"}
    assert set(measured["evaluation"]) == {"graph", "optimised", "listing", "keras"}
    assert measured["failed"] == {}
    for each in measured["training"].values():
        assert np.shape(each["seconds"]) == (1, 2)
        assert 0 < each["minimum"] <= each["median"] < each["first_step"]
        assert 1e8 < each["memory"] < 1e11
    assert measured["training"][BASELINE]["ratio"] == 1
    assert measured["evaluation"]["listing"]["memory"] > measured["training"]["listing"]["memory"]


def test_the_floor(measured):
    floor = measured["floor"]
    assert floor["flop"] == flop_of_step(128)
    # Forward, back, and Adam: all parameters several times, and layers of 25 MB.
    assert 2e8 < floor["bytes"] < 1e9
    operations = floor["operations"]
    assert list(operations.values()) == sorted(operations.values(), reverse=True)
    assert any("Conv2DBackpropFilter" in name for name in operations)
    assert 1e9 < floor["byte_rate"] < 1e13
    assert all(1e9 < rate < 1e14 for rate in floor["flop_rate"].values())


def test_loaders_and_starts(measured):
    assert set(measured["loader"]) == set(loader.installed()) >= {"ours", "keras"}
    for rounds in measured["loader"].values():
        (each,) = rounds
        assert 0 < each["batch"] <= each["turn"] and each["load"] > 0 and each["memory"] > 0
    assert all(len(each) == 1 and each[0] > 0 for each in measured["startup"].values())


def test_it_tells_what_it_ran_on(measured):
    assert measured["settings"]["rounds"] == 1
    assert set(measured["versions"]) >= {"tensorflow", "numpy", "keras", "legacy_cnn"}
    assert isinstance(measured["onednn_by_default"], bool)


def test_tables(measured, capsys):
    table.show({**measured, "failed": {"x": "X stopped: why"}})
    shown = capsys.readouterr().out
    for each in (
        "legacy-cnn train", "its kernels alone", "The floor", "Where a step goes",
        "keras.datasets.mnist", "import tensorflow", "Not measured: X stopped: why",
    ):  # fmt: skip
        assert each in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("suffix", plot.FORMATS)
def test_a_plot(measured, tmp_path, suffix):
    path = tmp_path / f"plot{suffix}"
    plot.draw(measured, path)
    assert path.stat().st_size > 5_000
    first = path.read_bytes()
    plot.draw(measured, path)
    assert path.read_bytes() == first


def test_growth(monkeypatch, tmp_path):
    for name, value in {"BATCHES": (32, 64), "SETS": (500,), "EPOCHS": 3, "SHORT": 300}.items():
        monkeypatch.setattr(growth, name, value)
    grown = growth.measure(1, lambda text: None)
    assert [(each["batch"], each["threads"]) for each in grown["batches"]] == [(32, 1), (64, 1)]
    assert all(
        np.isclose(each["rate"], each["batch"] / each["median"]) for each in grown["batches"]
    )
    (one,) = grown["sets"]
    assert one["images"] == 500 and 0 < one["outside"] < 1
    assert len(grown["epochs"]) == 3 and all(1e8 < each < 1e11 for each in grown["epochs"])
    result = {"growth": grown, "failed": {}}
    table.show(result)
    plot.draw(result, tmp_path / "growth.png")


def test_figures():
    """Ratios are of rounds: a slow round is slow for both."""
    baseline = [[1.0, 1.0, 1.0], [10.0, 10.0, 40.0]]
    found = figures.summary([[2.0, 2.0, 9.0], [30.0, 30.0, 30.0]], baseline, 128)
    assert found["ratio"] == 2.5 and (found["low"], found["high"]) == (2.25, 2.75)
    assert found["median"] == 19.5 and found["minimum"] == 2 and found["rate"] == 128 / 19.5


def test_floating_point_operations():
    """By hand: multiply and add; the gradient by the images is not needed."""
    convolutions = 28 * 28 * 5 * 5 * 1 * 32 * 2 + 14 * 14 * 5 * 5 * 32 * 64 * 3
    assert flop_of_step(1) == 2 * (convolutions + 3136 * 1024 * 3 + 1024 * 10 * 3)


class Asked:
    """A conversation with its requests known."""

    def __init__(self, *requests):
        self.requests, self.replies = list(requests), []

    def next(self, kind):
        return self.requests.pop(0).get(kind) if self.requests else None

    def reply(self, **values):
        self.replies.append(values)


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
    assert [each["seconds"] for each in asked.replies[1:]] == [[2.0, 3.0], [5.0]]
    assert len(taken) == 6


def settings(**values):
    return BenchSettings(**{"parts": ("training",), "rounds": 1, "steps": 1, **values})


BROKEN = Contender("Broken", "legacy_cnn.nothing:Nothing")


def test_one_that_fails_is_told_and_left_out():
    contenders = {BASELINE: CONTENDERS[BASELINE], "broken": BROKEN}
    result = racing.race(contenders, settings(), lambda text: None)
    assert list(result["training"]) == [BASELINE]
    assert "Broken stopped: ModuleNotFoundError" in result["failed"]["broken"]


def test_what_fails_does_not_take_the_rest_with_it(monkeypatch):
    monkeypatch.setitem(bench.CONTENDERS, "kernels", BROKEN)
    monkeypatch.setitem(loader.LOADERS, "broken", ("Broken loader", None, "numpy"))
    result = bench.run(parts=("floor", "loader"), rounds=1, steps=1)
    assert list(result["training"]) == [BASELINE] and "floor" not in result
    assert result["failed"]["kernels"].startswith("Broken stopped: ModuleNotFoundError")
    assert result["failed"]["floor"] == "There is no floor without Broken."
    # The worker's own table of loaders has none of that name.
    assert result["failed"]["broken"].startswith("Broken loader stopped: KeyError")
    assert {name: len(each) for name, each in result["loader"].items()} == dict.fromkeys(
        set(loader.installed()) - {"broken"}, 1
    )


def test_only_what_is_asked_for_is_raced():
    contenders = {BASELINE: CONTENDERS[BASELINE]}
    result = racing.race(contenders, settings(parts=("evaluation",)), lambda text: None)
    assert result["training"] == {} and list(result["evaluation"]) == [BASELINE]


def test_a_killed_worker_is_told_as_that():
    arguments = json.dumps(dataclasses.asdict(CONTENDERS[BASELINE])), "1"
    with Worker("Worker", "legacy_cnn.bench.worker", arguments) as worker:
        worker.process.kill()
        with pytest.raises(BenchError, match="Worker stopped: killed by SIGKILL"):
            worker.reply()


def test_a_signal_ends_the_workers_and_takes_away_what_they_wrote(tmp_path):
    begin = arguments_of("bench", "training", "--contenders", "listing")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(begin, env=environment, stderr=subprocess.DEVNULL) as begun:
        while not list(tmp_path.glob("*/run")):  # the baseline's worker trains
            assert begun.poll() is None
            time.sleep(0.1)
        begun.terminate()
        assert begun.wait(60) == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_without_the_baseline_there_is_nothing():
    with pytest.raises(BenchError, match="Broken stopped: ModuleNotFoundError"):
        racing.race({BASELINE: BROKEN}, settings(), lambda text: None)


@pytest.mark.parametrize(("off", "same"), [(0, True), (1e-6, True), (1e-3, False), (np.nan, False)])
def test_another_computation_is_noticed(off, same):
    logits = np.array([[1000.0, -2000.0]])
    problem = racing._other_function({"logits": logits * (1 + off)}, {"logits": logits})
    assert (problem is None) == same


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "There is no part 'nothing'; there are training,"),
        (["--rounds", "0"], "--rounds must be at least 1, not 0."),
        (["--threads", "999"], "the number of cores, not 999."),
        (["--contenders", "nobody"], "There is no contender 'nobody'; there are graph,"),
        (["startup", "--contenders", "nobody"], "There is no contender 'nobody'; there are graph,"),
        (["--plot", "plot.gif"], "--plot plot.gif must end in .svg, .png, .pdf."),
        (["startup", "--plot", "plot.svg"], "--plot draws training, evaluation, growth, none of"),
    ],
)
def test_wrong_usage(arguments, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["bench", *arguments])
    assert message in capsys.readouterr().err


def test_a_picture_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path, capsys):
    assert cli.main(["bench", "--plot", str(tmp_path / "nowhere" / "plot.svg")]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_one_that_is_not_installed(monkeypatch, capsys):
    absent = dataclasses.replace(CONTENDERS["pytorch"], needs="not_there")
    monkeypatch.setitem(bench.CONTENDERS, "pytorch", absent)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["bench", "--contenders", "pytorch"])
    assert "PyTorch needs not_there." in capsys.readouterr().err
