"""A run: the tutorial's steps, repeatable, recorded, never overwritten."""

import functools
import json
import re
import resource
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import legacy_cnn
from conftest import STEPS, TRAINING, StopAfter, command, without_times, write_set
from legacy_cnn import randomness, tutorial
from legacy_cnn.errors import DataError, RunError, UsageError
from legacy_cnn.serving import export
from legacy_cnn.streams import printed
from legacy_cnn.training import Interrupted, display, open_run, train
from legacy_cnn.training.events import Events

pytestmark = pytest.mark.tensorflow


#: What makes an epoch of the small set a single step.
ONE_STEP = {"batch_size": TRAINING, "epochs": 1}


@pytest.fixture(scope="module")
def again(settings, tmp_path_factory):
    """A run like `whole`: its directory, its result, and what it printed."""
    run, results = tmp_path_factory.mktemp("again") / "run", []
    text = printed(lambda: results.append(train(run, **settings)))
    return SimpleNamespace(run=run, result=results[0], printed=text)


def test_the_output_is_the_tutorials(again):
    results = again.result
    losses = [epoch.loss for epoch in results.epochs]
    assert again.printed == (
        f"Epoch 0 completed out of 2 loss: {losses[0]}\n"
        f"Epoch 1 completed out of 2 loss: {losses[1]}\n"
        f"Accuracy: {results.accuracy}\n"
    )


def test_the_same_seed_gives_the_same_bits(whole, again):
    assert again.result.weights_sha256 == whole.weights_sha256
    assert without_times(again.result) == without_times(whole)


@pytest.mark.slow
def test_another_seed_gives_other_bits(whole, settings, tmp_path, global_numpy_state):
    other = train(tmp_path / "other", **{**settings, "seed": 1})
    assert other.weights_sha256 != whole.weights_sha256


def test_the_data_and_the_machine_are_recorded(settings, whole, tmp_path, global_numpy_state):
    run = tmp_path / "run"
    train(run, **{**settings, **ONE_STEP, "seed": 4})
    config = json.loads((run / "config.json").read_text())
    assert config["settings"]["seed"] == 4 and config["settings"]["keep_prob"] == 0.8
    assert config["versions"]["legacy_cnn"] == legacy_cnn.__version__
    assert set(config["versions"]) == {"legacy_cnn", "python", "tensorflow", "keras", "numpy"}
    assert config["data"]["name"] is None and len(config["data"]["sha256"]) == 4
    assert config["machine"]["onednn"] and config["generator"] == randomness.GENERATOR


def test_event_files_hold_losses_accuracies_and_the_graph(again):
    hold_the_run(again.run, again.result)


@pytest.mark.slow
def test_event_files_of_a_resumed_run(settings, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(STEPS + 4), **settings)
    hold_the_run(run, train(run_dir=run, resume=True))


def hold_the_run(run, results):
    """Event files have each step of a run once."""
    events = EventAccumulator(str(run / "events"), size_guidance={"scalars": 0}).Reload()
    assert events.Tags()["graph"]
    assert [point.step for point in events.Scalars("loss")] == list(range(1, 2 * STEPS + 1))
    losses = [point.value for point in events.Scalars("loss")]
    sums = [sum(losses[:STEPS]), sum(losses[STEPS:])]
    assert sums == pytest.approx([epoch.loss for epoch in results.epochs], rel=1e-6)
    for name in ("train_accuracy", "test_accuracy"):
        points = {point.step: point.value for point in events.Scalars(name)}
        assert points == pytest.approx(
            {STEPS * (e.epoch + 1): getattr(e, name) for e in results.epochs}
        )


def test_events_on_a_full_disk(tmp_path):
    """A limit on the size of files stands for a disk without room."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with (
            pytest.raises(OSError, match=r"events cannot be written \(.*File too large"),
            Events(tmp_path / "events", None, 0) as events,
        ):
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, unlimited[1]))
            events.scalars(1, loss=2.0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


@pytest.mark.slow
def test_as_published_leaves_the_dropout_on_in_the_evaluation(settings, whole, tmp_path):
    """The same training, another accuracy: that of the same weights, noise on."""
    run = tmp_path / "run"
    published = train(run, **{**settings, "as_published": True})
    assert published.weights_sha256 == whole.weights_sha256
    on = legacy_cnn.evaluate(run)
    assert published.accuracy == on.accuracy_dropout_on
    assert whole.accuracy == on.accuracy
    assert on.accuracy != on.accuracy_dropout_on


def test_the_steps_are_those_of_the_tutorials_loop(whole, files):
    """The recorded loss is what the tutorial's own session gives, fed with the same numbers."""
    import tensorflow.compat.v1 as tf

    images = files.train_images[:TRAINING, ..., None]
    labels = np.eye(10)[files.train_labels[:TRAINING]]
    batches = randomness.SeededDraws.of(0).data_set(images, labels)
    with tf.Graph().as_default(), tf.Session() as session:
        ends = tutorial.build_graph()
        draws = randomness.initial_weights(0).values()
        variables = tf.trainable_variables()
        feed = {each.initial_value: v for each, v in zip(variables, draws, strict=True)}
        session.run(ends.init, feed)
        total = 0.0
        for step in range(STEPS):
            x, y = batches.next_batch(16)
            noise = randomness.training_noise(0, step, 16)
            feed = {ends.x: x, ends.y: y, ends.keep_prob: 0.8,
                    "dropout/random_uniform/RandomUniform:0": noise}  # fmt: skip
            total += float(session.run([ends.optimizer, ends.cost], feed)[1])
    assert total == whole.epochs[0].loss


def test_an_earlier_run_is_never_overwritten(settings, again, tmp_path):
    run = again.run
    before = (run / "results.json").read_bytes()
    with pytest.raises(
        RunError,
        match="already contains a run; use resume to continue it, or choose another run_dir",
    ):
        train(run, **settings)
    assert (run / "results.json").read_bytes() == before
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="contains other files and no run"):
        train(tmp_path / "home", **settings)


def test_tensorflow_does_not_speak(settings, tmp_path, caplog):
    logger = tf.get_logger()
    level = logger.level
    train(tmp_path / "run", **{**settings, **ONE_STEP})
    export(tmp_path / "run")
    assert not caplog.records and logger.level == level


def test_a_notebook_shows_how_far_a_run_is(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(display, "Console", functools.partial(display.Console, force_jupyter=True))
    monkeypatch.setattr(display, "INTERVAL", 0)
    train(tmp_path / "run", **{**settings, **ONE_STEP})
    out, err = capsys.readouterr()
    assert err.startswith("\repoch 0 100 %  loss ") and err.endswith("\r")
    assert out.splitlines()[0].startswith("Epoch 0 completed out of 1 loss: ")


@pytest.mark.slow
def test_runs_are_numbered(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short = {**settings, **ONE_STEP, "checkpoint_every": None}
    for number in (1, 2):
        train(**short)
        assert (tmp_path / "runs" / str(number) / "results.json").exists()


def test_two_runs_in_one_directory_at_once(settings, tmp_path):
    run = tmp_path / "run"

    def meanwhile():
        with pytest.raises(RunError, match="Another process is training in"):
            train(run_dir=run, resume=True)
        with pytest.raises(RunError, match="Another process is training in"):
            train(run, **settings)
        return True

    with pytest.raises(Interrupted):
        train(run, stop=meanwhile, **settings)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"batch_size": 0}, UsageError, "^batch_size must be at least 1, not 0"),
        ({"batch_size": 257}, UsageError, "^batch_size 257 is above the 256 training images"),
        ({"epochs": 0}, UsageError, "^epochs must be at least 1"),
        ({"keep_prob": 0.0}, UsageError, "^keep_prob must be above 0 and at most 1"),
        ({"keep_prob": float("nan")}, UsageError, "^keep_prob must be above 0"),
        (
            {"learning_rate": float("inf")},
            UsageError,
            "^learning_rate must be above 0 and at most 1000, not inf",
        ),
        ({"seed": -1}, UsageError, "^seed must be from 0 to 4294967295"),
        ({"checkpoint_every": 0}, UsageError, "^checkpoint_every must be at least 1"),
        ({"threads": 0}, UsageError, "^threads must be from 1 to 1024"),
        ({"validation_size": 257}, DataError, "Validation size should be between 0 and 256"),
        (
            {"validation_size": 256},
            UsageError,
            r"^batch_size 16 is above the 0 images that validation_size 256 leaves of the 256 "
            r"training images\.$",
        ),
        ({"threads": 100_000}, UsageError, "^threads must be from 1 to 1024"),
    ],
)
def test_settings_out_of_range(settings, tmp_path, given, error, message):
    with pytest.raises(error, match=message):
        train(tmp_path / "run", **{**settings, **given})
    assert not (tmp_path / "run").exists()


def test_images_of_another_size(settings, files, tmp_path):
    images, labels = np.zeros((20, 32, 32), np.uint8), files.test_labels[:20]
    data = write_set(tmp_path / "data", images, labels, images, labels)
    with pytest.raises(DataError, match="takes images of 28 x 28 pixels"):
        train(tmp_path / "run", **{**settings, "data_dir": str(data)})


def accuracy_of(stdout):
    return float(re.search(r"^Accuracy: (\S+)$", stdout, re.MULTILINE)[1])


@pytest.mark.slow
def test_one_epoch_on_mnist_reaches_93_percent(tmp_path):
    done = command("train", "--epochs", "1", "--run-dir", tmp_path / "run")
    assert accuracy_of(done.stdout) >= 0.93


def test_an_epoch_on_half_of_mnist_reaches_90_percent(trained):
    run, stdout = trained
    assert accuracy_of(stdout) >= 0.9
    with open_run(run) as (model, _):
        assert set(model.weights()) == set(legacy_cnn.vocabulary.PARAMETERS)
