"""A test set that the network cannot be evaluated on, wherever one is used."""

import numpy as np
import pytest

from conftest import write_set
from legacy_cnn import evaluation, randomness
from legacy_cnn.errors import DataError
from legacy_cnn.mnist import load
from legacy_cnn.ports import keras
from legacy_cnn.settings import Settings
from legacy_cnn.study import specimen
from legacy_cnn.training import begin_run, train

pytestmark = pytest.mark.tensorflow

SETS = {
    "another_size": "The graph takes images of 28 x 28 pixels, not 32 x 30.",
    "empty": "The test set is empty.",
    "labels": "Label 11 is outside 0-9.",
}


@pytest.fixture(params=SETS)
def unusable(request, files, tmp_path):
    """A directory with such a set, and what is said about it."""
    images, labels = files.test_images[:20], files.test_labels[:20]
    test = {
        "another_size": (np.zeros((20, 32, 30), np.uint8), labels),
        "empty": (images[:0], labels[:0]),
        "labels": (images, np.r_[labels[:19], np.uint8(11)]),
    }
    data = write_set(tmp_path / "unusable", images, labels, *test[request.param])
    return data, SETS[request.param]


@pytest.fixture
def run(small_set, tmp_path):
    """A run that has not taken a step."""
    weights = randomness.initial_weights(0)
    return begin_run(tmp_path / "run", Settings(data_dir=small_set, threads=1), weights)


def refused(message, function, *arguments, **options):
    with pytest.raises(DataError) as caught:
        function(*arguments, **options)
    return str(caught.value) == message


@pytest.mark.first(1)
def test_an_evaluation(unusable, run, called):
    data, message = unusable
    assert refused(message, evaluation.evaluate, run, data_dir=data)
    done = called("evaluate", run, "--data-dir", data)
    assert done.returncode == 1 and done.stderr == f"legacy-cnn: {message}\n"


@pytest.mark.first(1)
def test_a_specimen(unusable, run, monkeypatch):
    data, message = unusable
    monkeypatch.setattr(specimen.mnist, "load_present", lambda directory: load(data))
    assert refused(message, specimen.examine, run)


def test_a_comparison(unusable, compare):
    data, message = unusable
    assert refused(message, compare, keras.build_model(), data_dir=data)


def test_a_training(unusable, settings, tmp_path):
    data, message = unusable
    assert refused(message, train, tmp_path / "new", **{**settings, "data_dir": data})
