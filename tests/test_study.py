"""`legacy-cnn reproduce`: runs, what is recorded of them, refusals, and its arithmetic."""

import contextlib
import dataclasses
import hashlib
import io
import json
import platform
import shutil

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from conftest import write_first
from legacy_cnn import locks, results, study, tutorial, vocabulary
from legacy_cnn.cli import main
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.mnist import sources
from legacy_cnn.results.study import Study
from legacy_cnn.study import refusals, spreads, trainings
from legacy_cnn.study.published import published_runs
from legacy_cnn.study.tensors import graph_tensors
from legacy_cnn.study.variants import TRAININGS, VARIANTS
from support import warm

pytestmark = pytest.mark.tensorflow

SOME = ("published", "fixed", "no-dropout", "two-epochs", "late-pooling")


@pytest.fixture(scope="module")
def data_dir(files, tmp_path_factory):
    """A thousand images to train on besides those that are set aside."""
    return write_first(tmp_path_factory.mktemp("study") / "mnist", files, 6000, 200)


@pytest.fixture(scope="module")
def done(data_dir, tmp_path_factory):
    """Directory of a study that the command has run, and what it printed."""
    directory = tmp_path_factory.mktemp("done")
    options = ["--epochs", "1", "--seeds", "2", "--variants", ",".join(SOME), "--jobs", "2"]
    with (
        contextlib.redirect_stdout(io.StringIO()) as printed,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(trainings, "Child", warm.Child)
        assert main(["reproduce", str(directory), *options, "--data-dir", str(data_dir)]) == 0
    return directory, printed.getvalue()


@pytest.fixture
def made(done):
    return results.read(done[0] / "results.json", Study)


def test_variants_that_share_a_training_differ_in_the_accuracy(made):
    published, fixed = (made.variants[name] for name in ("published", "fixed"))
    assert set(made.trainings) == {"dropout", "no-dropout"}
    assert published.epochs == fixed.epochs
    assert published.measured == "test_accuracy_dropout_on"
    for variant in (published, fixed):
        last = [getattr(run.epochs[-1], variant.measured) for run in made.trainings["dropout"]]
        assert variant.accuracy == spreads.accuracies(last)
        assert variant.accuracy.by_seed == tuple(last)
    assert fixed.accuracy.by_seed != published.accuracy.by_seed


def test_own_data_are_not_compared_with_published_runs(made, done):
    assert made.published == ()
    assert all(variant.published is None for variant in made.trained.values())
    assert "C1" not in done[1] and "published runs are not compared" in done[1]


def test_seeds_differ_and_published_runs_have_their_place(done, data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "identify", lambda digests: "MNIST")
    shutil.copytree(done[0], tmp_path / "study")
    made = study.reproduce(
        tmp_path / "study", epochs=1, seeds=2, variants=["no-dropout"], data_dir=str(data_dir)
    )
    runs = made.trainings["no-dropout"]
    assert [run.seed for run in runs] == [0, 1]
    losses = [run.epochs[0].loss for run in runs]
    assert losses[0] != losses[1]
    places = made.variants["no-dropout"].published
    (c1,) = (run for run in published_runs() if run.id == "C1")
    assert c1 in made.published
    assert places.losses == (spreads.place(c1.losses[0], losses),)
    assert places.accuracy is None  # one epoch is not the ten of that run


def test_specimens_are_those_of_the_first_seed(made):
    specimen = made.specimens["dropout"]
    assert specimen.seed == 0
    assert len(specimen.filters_before) == len(specimen.filters_after) == 32
    assert specimen.filters_before != specimen.filters_after
    correct = sum(specimen.confusion[digit][digit] for digit in range(10))
    accuracy = made.trainings["dropout"][0].epochs[-1].test_accuracy
    assert correct / 200 == pytest.approx(accuracy)
    margins = [mistake.margin for mistake in specimen.mistakes]
    assert margins == sorted(margins, reverse=True)
    assert all(mistake.label != mistake.prediction for mistake in specimen.mistakes)


def test_what_it_was_made_with(made, data_dir):
    (environment,) = made.made_with
    assert environment.versions["tensorflow"].startswith("2.21")
    assert environment.host == platform.node()
    assert environment.trainings == ("dropout-0", "no-dropout-0", "dropout-1", "no-dropout-1")
    digest = hashlib.sha256((data_dir / sources.NAMES[0]).read_bytes()).hexdigest()
    assert digest in environment.data.sha256.values()


def test_each_variant_is_told_with_its_lesson(done):
    said = " ".join(done[1].split())
    for name in SOME:
        assert f"{VARIANTS[name].title} ({name})" in said
        assert VARIANTS[name].lesson in said
    refusal = 'TensorFlow raises InvalidArgumentError when the graph is run: "logits and labels'
    assert refusal in said


def test_what_is_done_is_kept(done, data_dir, tmp_path, monkeypatch):
    def train(training, *arguments):
        raise AssertionError(training.run)

    monkeypatch.setattr(trainings.Training, "train", train)
    shutil.copytree(done[0], tmp_path, dirs_exist_ok=True)
    made = study.reproduce(tmp_path, epochs=1, seeds=1, variants=("fixed",), data_dir=str(data_dir))
    assert list(made.variants) == ["fixed"]
    assert len(made.trainings["dropout"]) == 1


@pytest.mark.slow
def test_a_stopped_study_goes_on_to_the_same_weights(made, data_dir, tmp_path):
    settings = {"epochs": 1, "seeds": 1, "variants": ("fixed",), "data_dir": str(data_dir)}
    watched = []
    with pytest.raises(study.Stopped, match="Run the same command again to resume it"):
        study.reproduce(
            tmp_path,
            stop=lambda: len(watched) > 1,
            watch=lambda *_: watched.append(1),
            **settings,
        )
    assert not (tmp_path / "results.json").exists()
    again = study.reproduce(tmp_path, **settings)
    assert results.read(tmp_path / "results.json") == again
    expected = made.trainings["dropout"][0].weights_sha256
    assert again.trainings["dropout"][0].weights_sha256 == expected


def test_a_training_that_fails_says_why(small_set, tmp_path, monkeypatch):
    monkeypatch.setattr(trainings, "Child", warm.Child)
    settings = {"seeds": 1, "variants": ("fixed",), "data_dir": str(small_set)}
    with pytest.raises(RunError, match=r"dropout-0: Validation size should be between 0 and 256"):
        study.reproduce(tmp_path / "study", **settings)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"data_dir": None}, RunError, "The data differ from those that .*dropout-0 was started"),
        ({"threads": 1}, UsageError, "^threads 1 differs from the 2"),
    ],
)
def test_another_study_in_the_same_directory(done, data_dir, changed, error, said):
    asked = {"epochs": 1, "variants": ("fixed",), "data_dir": str(data_dir), **changed}
    with pytest.raises(error, match=said):
        study.reproduce(done[0], **asked)


def test_fewer_epochs_than_there_are(done, data_dir, tmp_path):
    shutil.copytree(done[0], tmp_path, dirs_exist_ok=True)
    results = tmp_path / "runs" / "dropout-0" / "results.json"
    run = json.loads(results.read_text())
    results.write_text(json.dumps({**run, "step": run["step"] + 1}))  # the second is begun
    settings = {"epochs": 1, "variants": ("fixed",), "data_dir": str(data_dir)}
    with pytest.raises(RunError, match="dropout-0 has 2 epochs"):
        study.reproduce(tmp_path, **settings)


@pytest.mark.slow
def test_a_run_that_went_on_elsewhere_is_told(done, data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(trainings, "Child", warm.Child)
    shutil.copytree(done[0], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "runs" / "dropout-0" / "config.json"
    config = json.loads(path.read_text())
    config["versions"]["tensorflow"] = "2.20.0"
    path.write_text(json.dumps(config))
    settings = {"epochs": 2, "seeds": 1, "variants": ("fixed",), "data_dir": str(data_dir)}
    for _ in range(2):  # the second time there is nothing to do
        made = study.reproduce(tmp_path, **settings).made_with
        before, after = (environment.versions["tensorflow"] for environment in made)
        assert before == "2.20.0" and after.startswith("2.21")


def test_the_command_is_what_makes_the_same_again(made, data_dir):
    command = " ".join(made.command)
    assert command.startswith(f"legacy-cnn reproduce --epochs 1 --seeds 2 --variants {SOME[0]},")
    assert command.endswith(f"--data-dir {data_dir}") and "--jobs" not in command


def test_a_directory_that_no_system_could_have():
    with pytest.raises(UsageError, match=r"'a\\x00b' has a character that no path has\."):
        study.reproduce("a\0b")


def test_two_studies_in_one_directory(tmp_path):
    with (
        locks.locked(tmp_path, RuntimeError()),
        pytest.raises(RunError, match="Another process uses"),
    ):
        study.reproduce(tmp_path, variants=("late-pooling",))


@pytest.mark.parametrize(
    ("variant", "when", "said"),
    [
        ("upgraded-loss", "built", "No gradients provided for any variable"),
        ("positional-loss", "built", "No gradients provided for any variable"),
        ("late-pooling", "run", "logits_size=[32,10] labels_size=[8,10]"),
    ],
)
def test_refusals(variant, when, said):
    refusal = refusals.refusal(variant)
    assert refusal.when == when
    assert said in refusal.said
    assert len(refusal.said) <= refusals.MOST


def test_every_variant_is_trained_or_refused():
    for name, variant in VARIANTS.items():
        assert (variant.training in TRAININGS) != (name in refusals.REFUSED)
        assert variant.title and variant.lesson


def test_spread_is_that_of_a_sample():
    assert dataclasses.asdict(spreads.spread([1.0, 2.0, 6.0])) == {
        "mean": 3.0, "deviation": pytest.approx(7**0.5), "least": 1.0, "most": 6.0,
    }  # fmt: skip
    assert spreads.spread([2.0]).deviation is None


def test_place_among_our_own():
    place = spreads.place(4.0, [1.0, 2.0, 6.0])
    assert dataclasses.asdict(place) == {
        "value": 4.0, "below": 2, "of": 3, "within": True, "deviations": pytest.approx(7**-0.5),
    }  # fmt: skip
    assert spreads.place(0.5, [1.0, 2.0]).within is False
    assert spreads.place(0.5, [1.0]).deviations is None


def test_the_recorded_shapes_are_those_of_the_graph(made):
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        named = {
            name: graph.get_tensor_by_name(f"{op}:0") for name, op in vocabulary.LAYERS.items()
        }
        feed = {ends.x: np.zeros((3, 784)), ends.y: np.eye(10)[:3], ends.keep_prob: 0.8}
        with tf.Session() as session:
            session.run(ends.init)
            shapes = {name: value.shape[1:] for name, value in session.run(named, feed).items()}
    assert made.graph == graph_tensors()
    recorded = {tensor.name: tensor for tensor in made.graph}
    assert list(recorded) == ["x", "images", *vocabulary.LAYERS]
    assert {name: recorded[name].shape for name in shapes} == shapes
    assert recorded["x"].shape == (784,) and recorded["images"].shape == (28, 28, 1)
    weights = {name: shape for one in made.graph for name, shape in one.weights.items()}
    assert weights == {name: each.shape for name, each in vocabulary.PARAMETERS.items()}
    assert recorded["conv1"].operations == ("Conv2D", "AddV2", "Relu")
    assert recorded["fc_dropped"].operations == ("RealDiv", "SelectV2")
    fed = {tensor.name: tensor.fed for tensor in made.graph if tensor.fed}
    assert fed == {"fc_dropped": {"keep_prob": None}, "loss": {"y": None}}


def test_wrong_usage(capsys, tmp_path):
    for wrong, said in (
        (["--variants", "nothing"], "variant must be one of published, fixed"),
        (["--seeds", "0"], "--seeds must be from 1 to 1000, not 0"),
        (["--jobs", "0"], "--jobs must be from 1 to 1024, not 0"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["reproduce", str(tmp_path), *wrong])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err
    with pytest.raises(UsageError):
        study.chosen(("fixed", "nothing"))
