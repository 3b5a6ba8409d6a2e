"""The ports beside the tutorial: the same program, trained on their own."""

import ast
import inspect
import json

import numpy as np
import pytest
import tensorflow as tf

import legacy_cnn
from conftest import STEPS, StopAfter, without_times
from legacy_cnn import randomness, tutorial
from legacy_cnn.errors import UsageError
from legacy_cnn.ports import eager, keras
from legacy_cnn.settings import IMPLEMENTATIONS, Settings
from legacy_cnn.training import Interrupted, open_run, train
from legacy_cnn.training.runs import build_program
from support import warm

pytestmark = pytest.mark.tensorflow

PORTS = IMPLEMENTATIONS[1:]
BATCH = 16


def build(implementation, **settings):
    return build_program(Settings(implementation=implementation, **settings))


@pytest.fixture(scope="module")
def batches(files):
    images = files.train_images[: 3 * BATCH].reshape(3, BATCH, 784) / np.float32(255)
    labels = np.eye(10)[files.train_labels[: 3 * BATCH]].reshape(3, BATCH, 10)
    noise = [randomness.training_noise(5, step, BATCH) for step in range(3)]
    return list(zip(images, labels, noise, strict=True))


@pytest.fixture(scope="module")
def of_the_graph(batches):
    return steps("graph", batches)


def steps(implementation, batches):
    """Losses, counts of right ones, logits before and weights after three steps."""
    with build(implementation) as model:
        model.initialise(randomness.initial_weights(5))
        logits = model.logits(batches[0][0])
        dropped = model.logits(batches[0][0], 0.8, lambda batch, size: batches[0][2])
        taken = [model.step(images, labels, 0.8, noise) for images, labels, noise in batches]
        return taken, logits, dropped, model.weights()


@pytest.mark.parametrize(
    "port",
    [  # which takes the steps of "eager" in one call
        pytest.param(port, marks=pytest.mark.slow if port == "function" else ()) for port in PORTS
    ],
)
def test_a_port_takes_the_graphs_steps(port, batches, of_the_graph):
    """The forward pass is the same arithmetic; Adam's powers of beta are rounded differently."""
    taken, logits, dropped, weights = steps(port, batches)
    assert np.allclose(logits, of_the_graph[1], rtol=0, atol=1e-6 * np.abs(logits).max())
    assert np.allclose(dropped, of_the_graph[2], rtol=0, atol=1e-6 * np.abs(dropped).max())
    assert [count for _, count in taken] == [count for _, count in of_the_graph[0]]
    assert [loss for loss, _ in taken] == pytest.approx([loss for loss, _ in of_the_graph[0]], 1e-4)
    before = randomness.initial_weights(5)
    for name, value in of_the_graph[3].items():
        moved = np.linalg.norm(value - before[name])
        assert moved > 0 and np.linalg.norm(weights[name] - value) < 1e-3 * moved, name


@pytest.mark.slow
@pytest.mark.parametrize("port", PORTS)
def test_a_stopped_port_resumes_to_the_same_bits(port, settings, tmp_path, capsys):
    settings = {**settings, "implementation": port, "epochs": 1, "batch_size": 2 * BATCH}
    whole = train(tmp_path / "whole", **settings)
    printed = capsys.readouterr().out
    assert printed.startswith("Epoch 0 completed out of 1 loss: ")
    assert printed.endswith(f"\nAccuracy: {whole.accuracy}\n")
    with pytest.raises(Interrupted):
        train(tmp_path / "stopped", stop=StopAfter(5), **settings)
    resumed = train(tmp_path / "stopped", resume=True)
    assert without_times(resumed) == without_times(whole)
    with open_run(tmp_path / "stopped") as (model, used):
        assert used.implementation == port
        assert model.state()["iteration"] == STEPS // 2


@pytest.mark.parametrize("port", PORTS)
def test_as_published_leaves_the_dropout_on(port, batches):
    with build(port) as model:
        model.initialise(randomness.initial_weights(5))
        on = model.logits(batches[0][0], 0.8, lambda batch, size: batches[0][2])
        assert not np.allclose(on, model.logits(batches[0][0]))


def test_the_command_trains_a_port(small_set, tmp_path):
    run = tmp_path / "run"
    options = ["--data-dir", small_set, "--validation-size", "0", "--epochs", "1"]
    done = warm.command("train", "--with", "keras", *options, "--threads", "1", "--run-dir", run)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Epoch 0 completed out of 1 loss: ")
    config = json.loads((run / "config.json").read_text())
    assert config["settings"]["implementation"] == "keras" and config["settings"]["threads"] == 1
    assert warm.command("evaluate", run, "--json").returncode == 0
    other = warm.command("train", "--with", "eager", "--run-dir", run, "--resume")
    assert other.returncode == 2
    assert "--with eager differs from the keras that" in other.stderr


def test_threads_that_come_too_late():
    tf.constant(1.0)  # TensorFlow has begun
    with pytest.raises(
        UsageError,
        match=r"^threads cannot be set to 61: TensorFlow has started",
    ):
        build("eager", threads=61)


def test_an_implementation_that_is_none(called):
    with pytest.raises(
        UsageError, match=r"^implementation must be one of graph, eager, function, keras"
    ):
        legacy_cnn.train(implementation="theano")
    assert called("train", "--with", "theano").returncode == 2


def test_another_backend_of_keras(small_set, monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(UsageError, match="Keras runs on jax; set KERAS_BACKEND=tensorflow"):
        build("keras")


def test_the_eager_port_has_the_tutorials_names_in_its_order():
    def names(module):
        tree = ast.parse(inspect.getsource(module))
        assigned = [
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        return defined, assigned

    functions, assigned = names(tutorial)
    ported, also_assigned = names(eager)
    same = [name for name in ported if name in functions]
    assert same == [name for name in functions if name != "build_graph"]
    assert set(assigned) - set(also_assigned) <= {
        "feed", "init", "keep_prob", "optimizer", "sess",
    }  # fmt: skip


@pytest.mark.slow
def test_plain_keras_trains_saves_and_loads(files, tmp_path):
    """As a Keras user would: compile is done, fit, evaluate, save, load."""
    images = files.train_images[:256].reshape(-1, 784) / np.float32(255)
    labels = np.eye(10)[files.train_labels[:256]]
    model = keras.build_model()
    losses = model.fit(images, labels, batch_size=32, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2
    assert float(model.optimizer.epsilon) == 1e-8
    model.save(tmp_path / "plain.keras")
    again = keras.keras.models.load_model(tmp_path / "plain.keras")
    assert np.array_equal(again.predict(images, verbose=0), model.predict(images, verbose=0))


def test_fed_dropout_is_saved_with_the_model(tmp_path):
    model = keras.build_model(keep_prob=0.5, noise=True)
    model.save(tmp_path / "fed.keras")
    again = keras.keras.models.load_model(tmp_path / "fed.keras")
    assert again.get_layer("fc_dropped").keep_prob == 0.5


def test_keras_starts_as_the_tutorial_does():
    keras.keras.utils.set_random_seed(0)  # ten biases alone may well be far from a deviation of 1
    weights = keras.parameters(keras.build_model())
    for value in weights.values():
        assert abs(float(np.std(value.numpy()))) == pytest.approx(
            1, abs=0.5 if value.ndim == 1 else 0.1
        )
    assert weights["W_fc"].numpy()[0, 0] != weights["out_W"].numpy()[0, 0]


@pytest.mark.first(1)
@pytest.mark.parametrize("module", [keras, eager])
def test_a_port_is_a_program(module, files, monkeypatch, capsys):
    """`python -m legacy_cnn.ports.eager`, on a small set."""

    def read_data_sets(directory, one_hot):
        from legacy_cnn.input_data import DataSet, base

        labels = np.eye(10)[files.train_labels[:256]]
        small = DataSet(files.train_images[:256, ..., None], labels)
        return base.Datasets(small, small, small)

    monkeypatch.setattr(module.input_data, "read_data_sets", read_data_sets)
    monkeypatch.setattr(module, "hm_epochs", 1)
    module.main()
    assert "Accuracy:" in capsys.readouterr().out
