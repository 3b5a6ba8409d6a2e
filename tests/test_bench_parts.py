"""Loaders, starts and growth: the parts of a benchmark without rounds of contenders."""

import json

import numpy as np
import pytest

from legacy_cnn import cli
from legacy_cnn.bench import growth, loader, startup
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.bench.contenders.kernels import flop_of_step
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.results import Benchmark
from support.loops import TRIVIAL, silent

pytestmark = pytest.mark.tensorflow


def test_loaders_and_starts(monkeypatch, capsys):
    """The command, with processes that import no TensorFlow."""
    assert set(loader.installed()) >= {"ours", "keras"}
    for name in set(loader.LOADERS) - {"ours"}:
        monkeypatch.delitem(loader.LOADERS, name)
    monkeypatch.setattr(loader, "prepare", lambda directory: None)  # it writes other loaders' files
    for title in ("import tensorflow", "import legacy_cnn.tutorial"):
        monkeypatch.delitem(startup.STARTS, title)
    assert cli.main(["bench", "loader", "startup", "--rounds", "1", "--json"]) == 0
    result = Benchmark.from_json(json.loads(capsys.readouterr().out))
    assert set(result.loader) == {"ours"} and result.titles.loaders == {
        "ours": "legacy_cnn.input_data"
    }
    for (timing,) in result.loader.values():
        assert 0 < timing.batch <= timing.turn and timing.load > 0 and timing.memory > 0
    assert set(result.startup) == {"legacy-cnn --help", "import legacy_cnn"}
    assert all(len(seconds) == 1 and seconds[0] > 0 for seconds in result.startup.values())
    assert result.training is result.evaluation is result.floor is result.growth is None


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_whole_run(small_set):
    settings = json.dumps({"epochs": 3, "validation_size": 0, "data_dir": str(small_set)})
    reply = reply_of("The run", growth.WHOLE_RUN, settings, "1")
    assert reply["seconds"] > 0 and 0 < reply["outside"] < 1
    assert len(reply["memory"]) == 3 and all(1e8 < peak < 1e11 for peak in reply["memory"])


def test_floating_point_operations():
    """By hand: multiply and add; the gradient with respect to the images is not needed."""
    convolutions = 28 * 28 * 5 * 5 * 1 * 32 * 2 + 14 * 14 * 5 * 5 * 32 * 64 * 3
    assert flop_of_step(1) == 2 * (convolutions + 3136 * 1024 * 3 + 1024 * 10 * 3)
