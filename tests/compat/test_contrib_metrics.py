"""`tensorflow.contrib.metrics`."""

import pytest

pytestmark = pytest.mark.tensorflow


def _run(old, fetches):
    with old.Session() as session:
        session.run([old.global_variables_initializer(), old.local_variables_initializer()])
        return session.run(fetches)


def test_a_metric_streams(old):
    metrics = old.contrib.metrics
    value, update = metrics.streaming_accuracy([1, 2, 3, 4], [1, 2, 0, 0])
    names = [each.op.name for each in old.local_variables()]
    assert names == ["accuracy/total", "accuracy/count"]
    with old.Session() as session:
        session.run(old.local_variables_initializer())
        assert session.run(value) == 0
        assert session.run(update) == session.run(value) == 0.5


def test_plain_metrics(old):
    metrics = old.contrib.metrics
    assert (
        _run(old, metrics.accuracy(old.constant([1, 2, 3, 4]), old.constant([1, 2, 0, 0]))) == 0.5
    )
    # Predictions first in 1.0, labels first since.
    confusion = metrics.confusion_matrix([0, 1, 1], [0, 1, 0])
    assert _run(old, confusion).tolist() == [[1, 0], [1, 1]]


def test_metrics_are_put_together(old):
    metrics = old.contrib.metrics
    values, updates = metrics.aggregate_metric_map(
        {
            "mean": metrics.streaming_mean([1.0, 3.0]),
            "recall": metrics.streaming_recall([1, 0, 1], [1, 1, 1]),
            "auc": metrics.streaming_auc(old.constant([0.1, 0.9]), old.constant([0, 1])),
        }
    )
    with old.Session() as session:
        session.run(old.local_variables_initializer())
        session.run(list(updates.values()))
        found = session.run(values)
    assert found["mean"] == 2
    assert found["recall"] == pytest.approx(2 / 3) and found["auc"] == pytest.approx(1)


def test_sets(old):
    metrics = old.contrib.metrics
    a, b = old.constant([[1, 2, 2]]), old.constant([[2, 3, 4]])
    found = {
        "set_difference": [1],
        "set_intersection": [2],
        "set_union": [1, 2, 3, 4],
    }
    for name, values in found.items():
        assert _run(old, getattr(metrics, name)(a, b)).values.tolist() == values
    assert _run(old, metrics.set_size(metrics.set_union(a, b))).tolist() == [4]
