"""The SavedModel and the weights that other programs get."""

import functools
import resource

import numpy as np
import pytest
import tensorflow as tf

from legacy_cnn.errors import RunError
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.serving import export
from legacy_cnn.training import open_run
from legacy_cnn.vocabulary import PARAMETERS
from support import warm

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    return export(trained[0], tmp_path_factory.mktemp("exported") / "out")


def test_the_served_answers_are_the_runs(trained, exported, files):
    images = scaled(files.test_images[:50].reshape(50, 784))
    serve = tf.saved_model.load(str(exported / "saved_model" / "1")).signatures["serving_default"]
    answers = {name: tensor.numpy() for name, tensor in serve(images=tf.constant(images)).items()}
    with open_run(trained[0]) as (model, _):
        logits = model.logits(images)
    # Sums of float32 in another order, relative to the largest logit.
    assert np.abs(answers["logits"] - logits).max() <= 1e-5 * np.abs(logits).max()
    assert np.array_equal(answers["digit"], logits.argmax(1))
    assert answers["probabilities"].shape == (50, 10)
    np.testing.assert_allclose(answers["probabilities"].sum(1), 1, rtol=1e-6)


def test_the_arrays_are_named_by_the_vocabulary(trained, exported):
    with open_run(trained[0]) as (model, _):
        weights = model.weights()
    arrays = np.load(exported / "weights.npz", allow_pickle=False)
    assert list(arrays) == list(PARAMETERS)
    for name in arrays:
        np.testing.assert_array_equal(arrays[name], weights[name], strict=True)


def test_nothing_is_overwritten_and_nothing_left_half(trained, exported, tmp_path):
    with pytest.raises(RunError, match="already exists"):
        export(trained[0], exported)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        export(trained[0], tmp_path / "file" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk(trained, tmp_path):
    """A limit on the size of files stands for a disk without room."""
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
    failed = warm.command("export", trained[0], "--output", tmp_path / "out", before=limit)
    assert failed.returncode == 1 and failed.stdout == ""
    (line,) = failed.stderr.splitlines()
    assert line.startswith(f"legacy-cnn: {tmp_path}") and line.endswith(": File too large.")
    assert not list(tmp_path.iterdir())


def test_the_command(trained):
    done = warm.command("export", trained[0])
    assert done.stdout == f"{trained[0] / 'export'}\n" and done.stderr == ""
    assert (trained[0] / "export" / "saved_model" / "1" / "saved_model.pb").exists()
