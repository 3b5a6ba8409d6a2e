"""A run: repeatable, resumable bit for bit, never overwritten."""

import json
import re
import signal
import subprocess
import time

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import legacy_cnn
from conftest import arguments_of, write_set
from legacy_cnn import tutorial
from legacy_cnn.errors import DataError, RunError, UsageError
from legacy_cnn.training import Interrupted, open_run, randomness, train

# 640 images, 16 a batch: 40 steps an epoch.
SMALL = {"batch_size": 16, "validation_size": 0, "epochs": 2, "checkpoint_every": 7}
OPTIONS = [
    "--batch-size", "16", "--validation-size", "0", "--epochs", "2", "--checkpoint-every", "7",
]  # fmt: skip


@pytest.fixture(scope="module")
def settings(small_set):
    return {**SMALL, "data_dir": str(small_set)}


@pytest.fixture(scope="module")
def whole(settings, tmp_path_factory):
    """The results of a run that nothing interrupted."""
    return train(settings, tmp_path_factory.mktemp("whole") / "run")


def test_the_output_is_the_tutorials(settings, tmp_path, capsys):
    results = train(settings, tmp_path / "run")
    losses = [epoch["loss"] for epoch in results["epochs"]]
    assert capsys.readouterr().out == (
        f"Epoch 0 completed out of 2 loss: {losses[0]}\n"
        f"Epoch 1 completed out of 2 loss: {losses[1]}\n"
        f"Accuracy: {results['accuracy']}\n"
    )


def test_the_same_seed_gives_the_same_bits(whole, settings, tmp_path, global_numpy_state):
    again = train(settings, tmp_path / "again")
    assert again["weights_sha256"] == whole["weights_sha256"]
    assert without_times(again) == without_times(whole)
    other = train({**settings, "seed": 1}, tmp_path / "other")
    assert other["weights_sha256"] != whole["weights_sha256"]


def without_times(results):
    epochs = [{**epoch, "seconds": None} for epoch in results["epochs"]]
    return {**results, "epochs": epochs, "seconds": None}


class StopAfter:
    """Says stop once that many steps have been done."""

    def __init__(self, steps):
        self.left = steps

    def __call__(self):
        self.left -= 1
        return self.left <= 0


def test_stopped_and_resumed_is_never_interrupted(whole, settings, tmp_path, capsys):
    """At an epoch's last step, in the middle of one, and right after resuming."""
    run = tmp_path / "run"
    for number, steps in enumerate((40, 13, 1)):
        with pytest.raises(Interrupted, match=f"--run-dir {run} --resume"):
            train({} if number else settings, run, resume=bool(number), stop=StopAfter(steps))
    assert json.loads((run / "results.json").read_text())["status"] == "interrupted"
    capsys.readouterr()
    results = train(run_dir=run, resume=True)
    assert without_times(results) == without_times(whole)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" loss")[0] for line in lines[:2]] == [
        f"Epoch {number} completed out of 2" for number in range(2)
    ]


def test_killed_and_resumed_is_never_interrupted(whole, small_set, tmp_path):
    """kill -9 at whatever moment it comes, twice; the second time in a resumed run."""
    run = tmp_path / "run"
    begin = arguments_of("train", *OPTIONS, "--data-dir", small_set, "--run-dir", run)
    go_on = arguments_of("train", "--run-dir", run, "--resume")
    kill_after(begin, run / "checkpoints" / "step-000014")
    kill_after(go_on, run / "checkpoints" / "step-000056")
    done = subprocess.run(go_on, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    results = json.loads((run / "results.json").read_text())
    assert without_times(results) == without_times(whole)
    assert done.stdout.splitlines()[-1] == f"Accuracy: {whole['accuracy']}"


def kill_after(arguments, path):
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        wait_for(path, process)
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def wait_for(path, process):
    deadline = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None and time.monotonic() < deadline, "it ended too early"
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_says_how_to_go_on(whole, small_set, tmp_path, number):
    run = tmp_path / "run"
    begin = arguments_of("train", *OPTIONS, "--data-dir", small_set, "--run-dir", run)
    with subprocess.Popen(begin, stderr=subprocess.PIPE, text=True) as process:
        wait_for(run / "checkpoints" / "step-000007", process)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    step = int(re.search(r"Stopped after step (\d+), and saved", stderr)[1])
    assert stderr.endswith(f"Go on with: legacy-cnn train --run-dir {run} --resume\n")
    assert (run / "checkpoints" / f"step-{step:06}").is_dir()
    results = train(run_dir=run, resume=True)
    assert results["weights_sha256"] == whole["weights_sha256"]


def test_more_epochs_of_a_finished_run(settings, whole, tmp_path):
    run = tmp_path / "run"
    train({**settings, "epochs": 1}, run)
    results = train({"epochs": 2}, run, resume=True)
    assert results["weights_sha256"] == whole["weights_sha256"]
    again = train(run_dir=run, resume=True)
    assert without_times(again) == without_times(results)
    assert again["seconds"] == results["seconds"]  # those of the run, not of reading it again
    with pytest.raises(UsageError, match="--epochs 1 is less than the 2 that are done"):
        train({"epochs": 1}, run, resume=True)


def test_more_epochs_are_remembered(settings, tmp_path):
    run = tmp_path / "run"
    train({**settings, "epochs": 1}, run)
    with pytest.raises(Interrupted):
        train({"epochs": 3}, run, resume=True, stop=StopAfter(1))
    assert len(train(run_dir=run, resume=True)["epochs"]) == 3


def test_the_data_and_the_machine_are_recorded(settings, whole, tmp_path):
    run = tmp_path / "run"
    train({**settings, "epochs": 1, "seed": 4}, run)
    config = json.loads((run / "config.json").read_text())
    assert config["settings"]["seed"] == 4 and config["settings"]["keep_prob"] == 0.8
    assert config["versions"]["legacy_cnn"] == legacy_cnn.__version__
    assert set(config["versions"]) == {"legacy_cnn", "python", "tensorflow", "numpy"}
    assert config["data"]["name"] is None and len(config["data"]["sha256"]) == 4
    assert config["machine"]["onednn"] and config["generator"] == randomness.GENERATOR


def test_event_files_hold_losses_accuracies_and_the_graph(settings, whole, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(settings, run, stop=StopAfter(50))
    results = train(run_dir=run, resume=True)
    events = EventAccumulator(str(run / "events"), size_guidance={"scalars": 0}).Reload()
    assert events.Tags()["graph"]
    assert [point.step for point in events.Scalars("loss")] == list(range(1, 81))
    losses = [point.value for point in events.Scalars("loss")]
    sums = [sum(losses[:40]), sum(losses[40:])]
    assert sums == pytest.approx([epoch["loss"] for epoch in results["epochs"]], rel=1e-6)
    for name in ("train_accuracy", "test_accuracy"):
        points = {point.step: point.value for point in events.Scalars(name)}
        assert points == pytest.approx({40 * (e["epoch"] + 1): e[name] for e in results["epochs"]})


def test_as_published_leaves_the_dropout_on_in_the_evaluation(settings, whole, tmp_path):
    """The same training, another accuracy: that of the same weights, noise on."""
    run = tmp_path / "run"
    published = train({**settings, "as_published": True}, run)
    assert published["weights_sha256"] == whole["weights_sha256"]
    on = legacy_cnn.evaluate(run)
    assert published["accuracy"] == on["accuracy_dropout_on"]
    assert whole["accuracy"] == on["accuracy"]
    assert on["accuracy"] != on["accuracy_dropout_on"]


def test_the_steps_are_those_of_the_tutorials_loop(settings, files, small_set, tmp_path):
    """The recorded loss is what the tutorial's own session gives, fed with the same numbers."""
    import tensorflow.compat.v1 as tf

    results = train({**settings, "epochs": 1}, tmp_path / "run")
    images = files.train_images[:640].reshape(640, 28, 28, 1)
    batches = randomness.SeededDataSet(images, np.eye(10)[files.train_labels[:640]], seed=0)
    with tf.Graph().as_default(), tf.Session() as session:
        ends = tutorial.build_graph()
        draws = randomness.initial_weights(0).values()
        variables = tf.trainable_variables()
        feed = {each.initial_value: v for each, v in zip(variables, draws, strict=True)}
        session.run(ends.init, feed)
        total = 0.0
        for step in range(40):
            x, y = batches.next_batch(16)
            noise = randomness.training_noise(0, step, 16)
            feed = {ends.x: x, ends.y: y, ends.keep_prob: 0.8,
                    "dropout/random_uniform/RandomUniform:0": noise}  # fmt: skip
            total += float(session.run([ends.optimizer, ends.cost], feed)[1])
    assert total == results["epochs"][0]["loss"]


def test_an_earlier_run_is_never_overwritten(settings, whole, tmp_path):
    run = tmp_path / "run"
    train({**settings, "epochs": 1}, run)
    before = (run / "results.json").read_bytes()
    with pytest.raises(RunError, match="already holds a run: go on with it with --resume"):
        train(settings, run)
    assert (run / "results.json").read_bytes() == before
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="is not empty and holds no run"):
        train(settings, tmp_path / "home")


def test_runs_are_numbered(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short = {**settings, "epochs": 1, "checkpoint_every": None}
    for number in (1, 2):
        train(short)
        assert (tmp_path / "runs" / str(number) / "results.json").exists()


def test_two_runs_in_one_directory_at_once(settings, tmp_path):
    run = tmp_path / "run"

    def meanwhile():
        with pytest.raises(RunError, match="Another process is training in"):
            train(run_dir=run, resume=True)
        with pytest.raises(RunError, match="Another process is training in"):
            train(settings, run)
        return True

    with pytest.raises(Interrupted):
        train(settings, run, stop=meanwhile)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"batch_size": 32},
            r"--batch-size 32 differs from the 16 that .*only --epochs may change",
        ),
        ({"seed": 9}, "--seed 9 differs"),
    ],
)
def test_a_resumed_run_keeps_its_settings(settings, tmp_path, given, message):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(settings, run, stop=StopAfter(1))
    with pytest.raises(UsageError, match=message):
        train(given, run, resume=True)


def test_a_resumed_run_keeps_its_data(settings, files, tmp_path):
    data = write_set(
        tmp_path / "data", files.train_images[:64], files.train_labels[:64],
        files.test_images[:20], files.test_labels[:20],
    )  # fmt: skip
    with pytest.raises(Interrupted):
        train({**settings, "data_dir": str(data)}, tmp_path / "run", stop=StopAfter(1))
    write_set(
        data, files.train_images[64:128], files.train_labels[64:128],
        files.test_images[:20], files.test_labels[:20],
    )  # fmt: skip
    with pytest.raises(RunError, match="The data differ from those"):
        train(run_dir=tmp_path / "run", resume=True)


def test_another_version_or_machine_is_pointed_out(settings, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(settings, run, stop=StopAfter(1))
    config = json.loads((run / "config.json").read_text())
    config["versions"]["tensorflow"] = "1.15.5"
    (run / "config.json").write_text(json.dumps(config))
    said = []
    with pytest.raises(Interrupted):
        train(run_dir=run, resume=True, stop=StopAfter(1), warn=said.append)
    assert any("begun with tensorflow 1.15.5, this is 2." in sentence for sentence in said)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"batch_size": 0}, UsageError, "--batch-size must be at least 1, not 0"),
        ({"batch_size": 641}, UsageError, "--batch-size 641 is above the 640 training images"),
        ({"epochs": 0}, UsageError, "--epochs must be at least 1"),
        ({"keep_prob": 0.0}, UsageError, "--keep-prob must be above 0 and at most 1"),
        ({"keep_prob": float("nan")}, UsageError, "--keep-prob must be above 0"),
        ({"learning_rate": float("inf")}, UsageError, "--learning-rate must be a number above 0"),
        ({"seed": -1}, UsageError, "--seed must be from 0 to 4294967295"),
        ({"checkpoint_every": 0}, UsageError, "--checkpoint-every must be at least 1"),
        ({"threads": 0}, UsageError, "--threads must be at least 1"),
        ({"validation_size": 641}, DataError, "Validation size should be between 0 and 640"),
        ({"validation_size": 640}, UsageError, "--batch-size 16 is above the 0 training images"),
    ],
)
def test_settings_out_of_range(settings, tmp_path, given, error, message):
    with pytest.raises(error, match=message):
        train({**settings, **given}, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_images_of_another_size(settings, files, tmp_path):
    images, labels = np.zeros((20, 32, 32), np.uint8), files.test_labels[:20]
    data = write_set(tmp_path / "data", images, labels, images, labels)
    with pytest.raises(DataError, match="takes images of 28 x 28 pixels"):
        train({**settings, "data_dir": str(data)}, tmp_path / "run")


def test_resuming_what_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"holds no run: there is no config\.json"):
        train(run_dir=tmp_path, resume=True)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(RunError, match=r"config\.json cannot be read"):
        train(run_dir=tmp_path, resume=True)


@pytest.mark.parametrize(
    "content",
    [
        "[]", "{}", '{"settings": []}', '{"settings": {"epochs": "ten"}}', '{"settings": {}}',
        '{"settings": {"epochs": NaN}}', '{"settings": {}, "data": 1}',
        '{"settings": {"seed": 1.5}}', '{"settings": {"data_dir": 5}}',
        '{"settings": {"flavour": 1}}', '{"settings": {}, "data": {"sha256": {}}}',
    ],
)  # fmt: skip
def test_a_config_that_is_not_one(tmp_path, content):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(RunError, match=r"config\.json is not that of a run"):
        train(run_dir=tmp_path, resume=True)


def test_one_epoch_on_mnist_reaches_93_percent(trained):
    run, stdout = trained
    accuracy = float(re.search(r"^Accuracy: (\S+)$", stdout, re.MULTILINE)[1])
    assert accuracy >= 0.93
    with open_run(run) as (model, _):
        assert set(model.weights()) == set(legacy_cnn.vocabulary.PARAMETERS)
