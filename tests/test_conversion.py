"""Weights from file to file, and files that hold none."""

import io
import zipfile

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_cnn
from legacy_cnn import conversion, programs, randomness, tutorial, vocabulary, weights
from legacy_cnn.errors import RunError, UsageError, WeightsError
from legacy_cnn.ports import keras
from legacy_cnn.serving import export
from legacy_cnn.settings import IMPLEMENTATIONS, Settings
from legacy_cnn.training import begin_run, open_run, train
from legacy_cnn.training.checkpoints import Checkpoints
from support import warm

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def original():
    return randomness.initial_weights(7)


@pytest.fixture
def npz(original, tmp_path):
    weights.write(tmp_path / "original.npz", original)
    return tmp_path / "original.npz"


def equal(one, other):
    return set(one) == set(other) and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.first(1)
@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_weights_go_round_through_every_kind(implementation, npz, original, tmp_path):
    run = legacy_cnn.convert(npz, tmp_path / "run", implementation=implementation)
    with open_run(run) as (model, settings):
        assert settings.implementation == implementation and equal(model.weights(), original)
    saved = legacy_cnn.convert(run, tmp_path / "saved.keras")
    last = legacy_cnn.convert(saved, tmp_path / "last.npz")
    assert equal(weights.read(last), original)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "last.npz", "original.npz", "run", "saved.keras",
    ]  # fmt: skip


def test_the_directory_of_an_export(npz, original, tmp_path):
    said = []
    run = legacy_cnn.convert(npz, tmp_path / "run", warn=said.append)
    assert said == [
        f"{run} is a run at step 0 with the default settings: batch size, seed and learning rate "
        f"do not come from {npz}."
    ]
    back = legacy_cnn.convert(legacy_cnn.export(run), tmp_path / "back.npz", warn=said.append)
    assert equal(weights.read(back), original) and len(said) == 1


@pytest.mark.slow
def test_a_run_goes_on_from_converted_weights(npz, original, small_set, tmp_path):
    """With the seed's own initial weights it is the run that starts from the seed."""
    settings = {"data_dir": str(small_set), "validation_size": 0, "epochs": 1, "seed": 7}
    whole = train(tmp_path / "whole", **settings)
    run = begin_run(tmp_path / "run", Settings(**settings), weights.read(npz))
    assert train(run_dir=run, resume=True).weights_sha256 == whole.weights_sha256


def test_a_run_appears_when_it_is_complete(npz, original, small_set, tmp_path, monkeypatch):
    def interrupted(checkpoints, program, progress, is_new):
        assert not (tmp_path / "run").exists()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Checkpoints, "save", interrupted)
        conversion.convert(npz, tmp_path / "run")
    assert list(tmp_path.iterdir()) == [npz]
    settings = Settings(data_dir=small_set, validation_size=0)
    assert begin_run(tmp_path / "run", settings, original) == tmp_path / "run"
    with pytest.raises(FileExistsError, match="run"):
        begin_run(tmp_path / "run", settings, original)
    assert {path.name for path in tmp_path.iterdir()} == {"original.npz", "run"}


def test_a_program_that_cannot_be_built_leaves_no_run(npz, tmp_path, monkeypatch):
    def refused(implementation, options):
        raise UsageError("This process cannot build it.")

    monkeypatch.setattr(programs, "build", refused)
    with pytest.raises(UsageError, match="cannot build it"):
        conversion.convert(npz, tmp_path / "run")
    assert list(tmp_path.iterdir()) == [npz]


def test_an_exported_run_and_its_checkpoints_are_read(trained, tmp_path):
    with open_run(trained[0]) as (model, _):
        expected = model.weights()
    exported = export(trained[0], tmp_path / "export")
    assert equal(weights.read(exported / "saved_model" / "1"), expected)
    assert equal(weights.read(exported / "weights.npz"), expected)
    (prefix,) = (trained[0] / "checkpoints").glob("step-*/model.index")
    assert equal(weights.read(prefix.with_suffix("")), expected)


def test_a_checkpoint_of_the_listing_is_read(original, tmp_path):
    """What `tf.train.Saver().save` wrote in an old script, under TensorFlow 1's names."""
    with tf.Graph().as_default(), tf.Session() as session:
        ends = tutorial.build_graph()
        draws = [variable.initial_value for variable in tf.trainable_variables()]
        session.run(ends.init, dict(zip(draws, original.values(), strict=True)))
        tf.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    assert equal(weights.read(tmp_path / "model.ckpt"), original)


def test_two_processes_write_the_same_keras_file(original, tmp_path, monkeypatch):
    import keras as k

    path, save = tmp_path / "new.keras", k.Model.save

    def save_while_another_writes(model, *arguments):
        monkeypatch.setattr(k.Model, "save", save)
        model.save(*arguments)
        weights.write(path, randomness.initial_weights(8))

    monkeypatch.setattr(k.Model, "save", save_while_another_writes)
    weights.write(path, original)
    assert equal(weights.read(path), original)
    assert [file.name for file in tmp_path.iterdir()] == ["new.keras"]


def test_a_keras_file_with_other_layer_names(original, tmp_path):
    """No name fits; each of the eight shapes is there once."""
    import keras as k

    model = keras.build_model()
    for name, variable in keras.parameters(model).items():
        variable.assign(original[name])
    renamed = k.models.clone_model(
        model,
        clone_function=lambda layer: type(layer).from_config(
            {**layer.get_config(), "name": f"my_{layer.name}"}
        ),
    )
    renamed.set_weights(model.get_weights())
    renamed.save(tmp_path / "renamed.keras")
    assert equal(weights.read(tmp_path / "renamed.keras"), original)


def test_the_command(npz, tmp_path, called):
    done = warm.command("convert", npz, tmp_path / "new.keras")
    assert done.returncode == 0 and done.stdout == f"{tmp_path / 'new.keras'}\n", done.stderr
    again = called("convert", npz, tmp_path / "new.keras")
    assert again.returncode == 1 and "already exists" in again.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda w: w.pop("b_fc"),
            r"has no counterpart for b_fc \(1024,\); its unmatched arrays are none",
        ),
        (lambda w: w.update(W_fc=np.zeros((1024, 3136), "f")), r"W_fc is float32 \(1024, 3136\)"),
        (
            lambda w: w.update(out_b=np.zeros(10)),
            r"out_b is float64 \(10,\), but out_b must be float32",
        ),
        (lambda w: w.update(out_b=np.array(["a"] * 10)), "out_b is <U1"),
        (lambda w: w.update(out_b=np.array([None] * 10)), "out_b contains Python.s objects"),
        (
            lambda w: w.update(more=np.zeros((40, 1000, 1000), "i1")),
            "above the limit of [0-9,]+ for the network.s weights",
        ),
    ],
)
def test_arrays_that_are_no_weights(change, message, original, tmp_path):
    arrays = dict(original)
    change(arrays)
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(WeightsError, match=message):
        weights.read(tmp_path / "bad.npz")


def with_lambda(path):
    import keras as k

    model = k.Sequential([k.Input([4]), k.layers.Lambda(lambda x: x * 2)])
    model.save(path)


def zip_of_nothing(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{")


def truncated(path):
    file = io.BytesIO()
    np.savez(file, out_b=np.zeros(10, np.float32))
    path.write_bytes(file.getvalue()[:100])


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bad.npz", truncated),
        ("bad.npz", lambda path: path.write_text("no zip")),
        ("bad.npz", zip_of_nothing),
        ("bad.keras", with_lambda),
        ("bad.keras", zip_of_nothing),
        ("bad.keras", lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n")),
        ("bad.ckpt.index", lambda path: path.write_bytes(b"\0" * 50)),
        ("bad", lambda path: path.mkdir()),
        ("bad.txt", lambda path: path.write_text("")),
    ],
)
def test_files_that_hold_no_weights(name, make, tmp_path):
    make(tmp_path / name)
    with pytest.raises(WeightsError, match="bad") as caught:
        conversion.convert(tmp_path / name.removesuffix(".index"), tmp_path / "new.npz")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new.npz").exists()


def test_wrong_usage(npz, tmp_path):
    with pytest.raises(FileNotFoundError):
        conversion.convert(tmp_path / "nothing.npz", tmp_path / "new.keras")
    with pytest.raises(UsageError, match=r"new.h5 must end in .npz or .keras"):
        conversion.convert(npz, tmp_path / "new.h5")
    with pytest.raises(RunError, match="already exists"):
        conversion.convert(npz, npz)


def test_the_vocabulary_is_what_is_written(npz):
    with np.load(npz) as stored:
        assert list(stored) == list(vocabulary.PARAMETERS)
