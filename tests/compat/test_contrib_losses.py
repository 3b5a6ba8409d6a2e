"""`tensorflow.contrib.losses`."""

import pytest

pytestmark = pytest.mark.tensorflow


def _run(old, fetches):
    with old.Session() as session:
        return session.run(fetches)


def test_losses_take_predictions_first_and_are_collected(old):
    losses = old.contrib.losses
    mean = losses.mean_squared_error(old.constant([1.0, 2.0]), old.constant([3.0, 2.0]))
    cross = losses.softmax_cross_entropy(old.constant([[0.0, 0.0]]), old.constant([[0.0, 1.0]]))
    sparse = losses.sparse_softmax_cross_entropy(old.constant([[0.0, 0.0]]), old.constant([1]))
    assert losses.get_losses() == [mean, cross, sparse]
    total = losses.get_total_loss()
    assert total.op.name == "total_loss"
    assert _run(old, [mean, cross, sparse]) == pytest.approx([2, 0.693147, 0.693147])
    assert _run(old, total) == pytest.approx(2 + 2 * 0.693147)


def test_losses_weigh(old):
    losses = old.contrib.losses
    a, b = old.constant([1.0, 2.0]), old.constant([3.0, 2.0])
    found = [
        losses.absolute_difference(a, b, weights=[1.0, 0.0]),
        losses.log_loss(old.constant([0.5]), old.constant([1.0])),
        losses.sigmoid_cross_entropy(old.constant([[0.0]]), old.constant([[1.0]])),
        losses.hinge_loss(old.constant([[0.3]]), old.constant([[1.0]])),
        losses.cosine_distance(old.constant([[1.0, 0.0]]), old.constant([[0.0, 1.0]]), dim=1),
        losses.compute_weighted_loss(old.constant([2.0, 4.0]), 0.5),
    ]
    # Weights of zero are not counted.
    assert _run(old, found) == pytest.approx([2, 0.693147, 0.693147, 0.7, 1, 1.5], abs=1e-5)


def test_metric_learning(old):
    learning = old.contrib.losses.metric_learning
    embeddings = old.constant([[0.0, 0.0], [0.1, 0.0], [3.0, 0.0], [3.1, 0.0]])
    loss = learning.triplet_semihard_loss(old.constant([0, 0, 1, 1]), embeddings)
    assert _run(old, loss) == pytest.approx(0)
    pairs = learning.contrastive_loss(old.constant([1.0]), embeddings[:1], embeddings[1:2])
    assert _run(old, pairs) == pytest.approx(0.01, abs=1e-5)
    deep = old.contrib.losses.python.metric_learning.metric_loss_ops
    assert deep.triplet_semihard_loss is learning.triplet_semihard_loss


def test_arguments_of_0x(old):
    losses = old.contrib.losses
    a, b = old.constant([1.0, 2.0]), old.constant([3.0, 2.0])
    one = old.constant([[0.0, 0.0]])
    found = [
        losses.mean_squared_error(a, targets=b, weight=2.0),
        losses.sum_of_squares(a, b),
        losses.absolute_difference(a, targets=b, weight=0.5),
        losses.log(old.constant([0.5]), old.constant([1.0])),
        losses.log_loss(old.constant([0.5]), targets=old.constant([1.0])),
        losses.hinge_loss(old.constant([[0.3]]), target=old.constant([[1.0]])),
        losses.cosine_distance(one, targets=one, dim=1, weight=2.0),
        losses.softmax_cross_entropy(one, old.constant([[0.0, 1.0]]), weight=2.0),
        losses.sparse_softmax_cross_entropy(one, old.constant([1]), weight=2.0),
        losses.sigmoid_cross_entropy(one, one, weight=2.0),
        losses.compute_weighted_loss(a, weight=2.0),
        losses.mean_pairwise_squared_error(one, targets=one, weight=2.0),
        losses.sum_of_pairwise_squares(one, one),
    ]
    log = 0.693147
    expected = [4, 2, 0.5, log, log, 0.7, 2, 2 * log, 2 * log, 2 * log, 3, 0, 0]
    assert _run(old, found) == pytest.approx(expected, abs=1e-5)
    assert len(losses.get_losses()) == len(found) - 1  # without that of hinges
    # slim has the same ones.
    assert old.contrib.slim.losses is losses and old.contrib.slim.metrics is old.contrib.metrics
