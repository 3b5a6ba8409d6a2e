"""The benchmark as a command, and its contenders. How fast anything is, no test checks."""

import dataclasses
import json
import os

import numpy as np
import pytest

from conftest import command
from legacy_cnn import cli, show
from legacy_cnn.bench import timings, worker
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, sets
from legacy_cnn.bench.contenders.kernels import flop_of_step
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.results import Benchmark
from support.loops import Asked

pytestmark = pytest.mark.tensorflow


def measure(temporary, *parts):
    """What the command prints with --json."""
    words = [*parts, "--rounds", "1", "--steps", "2", "--contenders", "listing-onednn", "--json"]
    done = command("bench", *words, env={**os.environ, "TMPDIR": str(temporary)})
    assert done.returncode == 0, done.stderr
    return Benchmark.from_json(json.loads(done.stdout))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Training and the floor, and the directory for the command's temporary files."""
    temporary = tmp_path_factory.mktemp("bench")
    return measure(temporary, "training", "floor"), temporary


@pytest.mark.slow
def test_every_contender_is_measured(measured):
    result, _ = measured
    assert set(result.training) == {"graph", "kernels", "listing-onednn"}
    assert result.failed == {}
    for timing in result.training.values():
        assert np.shape(timing.seconds) == (1, 2)
        assert 0 < timing.minimum <= timing.median < timing.first_step
        assert 1e8 < timing.memory < 1e11
    assert result.training[BASELINE].ratio == 1


@pytest.mark.slow
def test_every_contender_is_measured_in_an_evaluation(measured, tmp_path):
    """On all of the test set, twice; those below pass through some of it in every run."""
    result = measure(tmp_path, "evaluation")
    assert set(result.evaluation) == {"graph", "listing-onednn"} and result.failed == {}
    listing = "listing-onednn"
    assert result.evaluation[listing].memory > measured[0].training[listing].memory


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


@pytest.mark.first(3)
@pytest.mark.parametrize("name", [name for name in HERE if CONTENDERS[name].evaluates])
def test_all_contenders_compute_the_same(name, few_images, baseline_logits):
    logits = evaluated(name, few_images)
    assert logits.shape == (2, 10) and np.abs(logits).max() > 1000
    assert timings.different_logits(logits, baseline_logits) is None


@pytest.mark.slow
def test_keras_is_trained_until_it_is_stopped():
    asked = Asked({"train": 2})
    worker.train(CONTENDERS["keras-onednn"].build(), asked)
    first, steps = asked.replies
    assert first["first_step"] > 0 and len(steps["seconds"]) == 2
    assert all(seconds > 0 for seconds in steps["seconds"]) and steps["memory"] > 1e8


@pytest.mark.slow
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


@pytest.mark.slow
def test_it_tells_what_it_ran_on(measured):
    result, _ = measured
    assert result.settings["rounds"] == 1
    assert set(result.versions) >= {"tensorflow", "numpy", "keras", "legacy_cnn"}
    assert isinstance(result.onednn_by_default, bool)
    assert result.baseline == BASELINE and result.ours == ("graph", "kernels")
    assert result.titles.contenders == {name: CONTENDERS[name].title for name in result.training}


@pytest.mark.slow
def test_it_can_be_shown_and_leaves_nothing_behind(measured):
    result, temporary = measured
    shown = show.plain(result, width=80)
    assert "its kernels alone" in shown and "Lower bound of a training step" in shown
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["nothing"],
            "part must be one of training, evaluation, floor, loader, startup, growth, not "
            "'nothing'.",
        ),
        (["--rounds", "0"], "--rounds must be at least 1, not 0."),
        (["--threads", "999"], "the number of cores, not 999."),
        (["--contenders", "nobody"], "contender must be one of graph,"),
        (
            ["startup", "--contenders", "nobody"],
            "contender must be one of graph,",
        ),
        (["--plot", "plot.gif"], "--plot must end in one of .svg, .png, .pdf, not plot.gif."),
        (["startup", "--plot", "plot.svg"], "--plot can only draw training, evaluation, growth;"),
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
    assert cli.main(["bench", "--contenders", "pytorch"]) == 1
    assert (
        "PyTorch needs not_there, which is not installed: run pip install"
        in capsys.readouterr().err
    )
