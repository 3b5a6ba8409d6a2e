"""The benchmark runs, and its arithmetic is right. How fast anything is, no test checks."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from conftest import command
from legacy_cnn import bench, cli, show
from legacy_cnn.bench import growth, loader, startup, timings, worker
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, sets
from legacy_cnn.bench.contenders.kernels import flop_of_step
from legacy_cnn.errors import BenchError
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.processes import ratios
from legacy_cnn.processes.worker import Worker, reply_of
from legacy_cnn.results import Benchmark, jsonvalues
from legacy_cnn.settings import BenchSettings
from support.loops import BROKEN, TRIVIAL

pytestmark = pytest.mark.tensorflow


def silent(text):
    """Takes a text about the progress."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What the command prints with --json, and the directory for its temporary files."""
    temporary = tmp_path_factory.mktemp("bench")
    words = ["training", "evaluation", "floor", "--rounds", "1", "--steps", "2", "--json"]
    done = command(
        "bench", *words, "--contenders", "listing-onednn",
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Benchmark.from_json(json.loads(done.stdout)), temporary


def test_every_contender_is_measured(measured):
    result, _ = measured
    assert set(result.training) == {"graph", "kernels", "listing-onednn"}
    assert set(result.evaluation) == {"graph", "listing-onednn"}
    assert result.failed == {}
    for timing in result.training.values():
        assert np.shape(timing.seconds) == (1, 2)
        assert 0 < timing.minimum <= timing.median < timing.first_step
        assert 1e8 < timing.memory < 1e11
    assert result.training[BASELINE].ratio == 1
    listing = "listing-onednn"
    assert result.evaluation[listing].memory > result.training[listing].memory


#: Contenders that can be run in this process, whatever their environment asks for.
HERE = [
    name
    for name, contender in CONTENDERS.items()
    if contender.installed and contender.environment.get("KERAS_BACKEND") in (None, "tensorflow")
]


@pytest.fixture(scope="module")
def few_images(files):
    return scaled(files.test_images[:200].reshape(200, -1)), files.test_labels[:200]


@pytest.fixture(scope="module")
def baseline_logits(few_images):
    return evaluated(BASELINE, few_images)


def evaluated(name, few_images):
    """The reply of a contender to a request for an evaluation, in this process."""
    asked = Asked()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "evaluation_set", lambda: few_images)
        worker.evaluate(CONTENDERS[name].build(), asked, 1)
    (reply,) = asked.replies
    assert 0 < reply["accuracy"] < 0.5 and len(reply["seconds"]) == 1
    return np.array(reply["logits"])


@pytest.mark.parametrize("name", [name for name in HERE if CONTENDERS[name].evaluates])
def test_all_contenders_compute_the_same(name, few_images, baseline_logits):
    logits = evaluated(name, few_images)
    assert logits.shape == (2, 10) and np.abs(logits).max() > 1000
    assert timings.different_logits(logits, baseline_logits) is None


def test_keras_is_trained_until_it_is_stopped():
    asked = Asked({"train": 2})
    worker.train(CONTENDERS["keras-onednn"].build(), asked)
    first, steps = asked.replies
    assert first["first_step"] > 0 and len(steps["seconds"]) == 2
    assert all(seconds > 0 for seconds in steps["seconds"]) and steps["memory"] > 1e8


def test_the_floor(measured):
    floor = measured[0].floor
    assert floor.flop == flop_of_step(128)
    # Forward, back, and Adam: all parameters several times, and layers of 25 MB.
    assert 2e8 < floor.bytes < 1e9
    operations = floor.operations
    assert list(operations.values()) == sorted(operations.values(), reverse=True)
    assert any("Conv2DBackpropFilter" in name for name in operations)
    assert 1e9 < floor.byte_rate < 1e13
    assert all(1e9 < rate < 1e14 for rate in floor.flop_rate.values())


def test_it_tells_what_it_ran_on(measured):
    result, _ = measured
    assert result.settings["rounds"] == 1
    assert set(result.versions) >= {"tensorflow", "numpy", "keras", "legacy_cnn"}
    assert isinstance(result.onednn_by_default, bool)
    assert result.baseline == BASELINE and result.ours == ("graph", "kernels")
    assert result.titles.contenders == {name: CONTENDERS[name].title for name in result.training}


def test_it_can_be_shown_and_leaves_nothing_behind(measured):
    result, temporary = measured
    shown = show.plain(result, width=80)
    assert "its kernels alone" in shown and "Lower bound of a training step" in shown
    assert not list(temporary.iterdir())


def test_loaders_and_starts(monkeypatch):
    """In processes: what imports no TensorFlow."""
    assert set(loader.installed()) >= {"ours", "keras"}
    for name in set(loader.LOADERS) - {"ours"}:
        monkeypatch.delitem(loader.LOADERS, name)
    monkeypatch.setattr(loader, "prepare", lambda directory: None)  # it writes other loaders' files
    for title in ("import tensorflow", "import legacy_cnn.tutorial"):
        monkeypatch.delitem(startup.STARTS, title)
    result = bench.run(parts=("loader", "startup"), rounds=1)
    assert set(result.loader) == {"ours"} and result.titles.loaders == {
        "ours": "legacy_cnn.input_data"
    }
    for (timing,) in result.loader.values():
        assert 0 < timing.batch <= timing.turn and timing.load > 0 and timing.memory > 0
    assert set(result.startup) == {"legacy-cnn --help", "import legacy_cnn"}
    assert all(len(seconds) == 1 and seconds[0] > 0 for seconds in result.startup.values())
    assert result.training is result.evaluation is result.floor is result.growth is None


def test_other_loaders(tmp_path):
    """In this process, which has imported TensorFlow."""
    loader.prepare(tmp_path)
    for name in set(loader.installed()) - {"ours"}:
        timing = loader.measure(name, tmp_path)
        assert 0 < timing.batch <= timing.turn and timing.load > 0 and timing.memory >= 0


def test_growth(monkeypatch):
    runs = []

    def reply(title, module, settings, threads, environment):
        runs.append((module, json.loads(settings), threads))
        return {"seconds": 2.5, "outside": 0.25, "memory": [1, 2, len(runs)]}

    monkeypatch.setitem(CONTENDERS, BASELINE, TRIVIAL)
    monkeypatch.setattr(growth, "reply_of", reply)
    for name, value in {"BATCHES": (32, 64), "SETS": (500,), "EPOCHS": 3, "SHORT": 300}.items():
        monkeypatch.setattr(growth, name, value)
    result = growth.measure(1, silent)
    assert [(one.batch, one.threads) for one in result.batches] == [(32, 1), (64, 1)]
    assert all(np.isclose(one.rate, one.batch / one.median) for one in result.batches)
    assert all(1e6 < one.memory < 1e11 for one in result.batches)
    (one,) = result.sets
    assert (one.images, one.seconds, one.outside, one.memory) == (500, 2.5, 0.25, 1)
    assert result.epochs == (1, 2, 2)
    assert runs == [
        (growth.WHOLE_RUN, {"epochs": 1, "validation_size": 59_500}, "1"),
        (growth.WHOLE_RUN, {"epochs": 3, "validation_size": 59_700}, "1"),
    ]


def test_a_whole_run(small_set):
    settings = json.dumps({"epochs": 3, "validation_size": 0, "data_dir": str(small_set)})
    reply = reply_of("The run", growth.WHOLE_RUN, settings, "1")
    assert reply["seconds"] > 0 and 0 < reply["outside"] < 1
    assert len(reply["memory"]) == 3 and all(1e8 < peak < 1e11 for peak in reply["memory"])


def test_ratios():
    """Ratios are of rounds: a slow round is slow for both."""
    baseline = [[1.0, 1.0, 1.0], [10.0, 10.0, 40.0]]
    timing = ratios.timing([[2.0, 2.0, 9.0], [30.0, 30.0, 30.0]], baseline, 128)
    assert timing["ratio"] == 2.5 and (timing["low"], timing["high"]) == (2.25, 2.75)
    assert timing["median"] == 19.5 and timing["minimum"] == 2 and timing["rate"] == 128 / 19.5


def test_floating_point_operations():
    """By hand: multiply and add; the gradient with respect to the images is not needed."""
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
        while not list(tmp_path.glob("*/run")):  # the baseline's worker trains
            assert begun.poll() is None
            time.sleep(0.1)
        begun.terminate()
        assert begun.wait(60) == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_without_the_baseline_there_is_nothing():
    with pytest.raises(BenchError, match="Broken stopped: ModuleNotFoundError"):
        timings.measure({BASELINE: BROKEN}, settings(), silent)


@pytest.mark.parametrize(("off", "same"), [(0, True), (1e-6, True), (1e-3, False), (np.nan, False)])
def test_another_computation_is_noticed(off, same):
    logits = np.array([[1000.0, -2000.0]])
    problem = timings.different_logits(logits * (1 + off), logits)
    assert (problem is None) == same


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "There is no part 'nothing'; there are training,"),
        (["--rounds", "0"], "--rounds must be at least 1, not 0."),
        (["--threads", "999"], "the number of cores, not 999."),
        (["--contenders", "nobody"], "There is no contender 'nobody'; there are graph,"),
        (["startup", "--contenders", "nobody"], "There is no contender 'nobody'; there are graph,"),
        (["--plot", "plot.gif"], "--plot must end in .svg, .png, .pdf, not plot.gif."),
        (["startup", "--plot", "plot.svg"], "--plot draws the parts training, evaluation, growth,"),
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
    monkeypatch.setitem(CONTENDERS, "pytorch", absent)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["bench", "--contenders", "pytorch"])
    assert "PyTorch needs not_there, which is not installed." in capsys.readouterr().err
