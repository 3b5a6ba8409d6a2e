"""What `evaluate` says of a run on all test images of MNIST."""

import numpy as np
import pytest

from conftest import write_set
from legacy_cnn import evaluation
from legacy_cnn.errors import RunError
from legacy_cnn.results import ClassScores

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def result(trained):
    return evaluation.evaluate(trained[0])


def test_the_accuracy_is_the_trainings_own(trained, result):
    assert trained[1].splitlines()[-1] == f"Accuracy: {result.accuracy}"


def test_the_tutorials_way_costs_accuracy(result):
    """Published: 0.9792 without dropout, 0.9513 with it left on (after two epochs)."""
    assert 0.005 < result.accuracy - result.accuracy_dropout_on < 0.1


def test_every_image_is_counted_once(result, files):
    confusion = np.array(result.confusion)
    assert confusion.sum() == result.images == 10000
    assert confusion.sum(axis=1).tolist() == np.bincount(files.test_labels).tolist()
    assert np.trace(confusion) == round(result.accuracy * 10000)


def test_figures_of_a_class():
    labels, predictions = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 0])
    confusion = evaluation.confusion_matrix(labels, predictions)
    assert confusion[:3, :3].tolist() == [[2, 1, 0], [1, 1, 0], [1, 0, 0]]
    zero, one, two = (evaluation.class_scores(confusion, digit) for digit in range(3))
    assert zero == ClassScores(digit=0, precision=0.5, recall=2 / 3, f1=4 / 7, count=3)
    assert one == ClassScores(digit=1, precision=0.5, recall=0.5, f1=0.5, count=2)
    assert two == ClassScores(digit=2, precision=None, recall=0.0, f1=0.0, count=1)


def test_another_test_set(trained, tmp_path, files):
    images, labels = files.test_images[:30], files.test_labels[:30]
    write_set(tmp_path / "set", images, labels, images, labels)
    result = evaluation.evaluate(trained[0], data_dir=tmp_path / "set")
    assert result.images == 30


def test_no_run(tmp_path):
    with pytest.raises(RunError, match="contains no run"):
        evaluation.evaluate(tmp_path)


def test_as_a_table(trained, result, called, monkeypatch):
    monkeypatch.setattr(evaluation, "evaluate", lambda run, **options: result)
    done = called("evaluate", trained[0])
    lines = done.stdout.splitlines()
    accuracy = f"{result.accuracy:.4f}"
    assert lines[0] == f"Accuracy: {accuracy} with the dropout off, on 10,000 images"
    assert max(map(len, lines)) <= 80
    assert done.stderr == ""
