"""Rounding inside of a fused operation."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1

from legacy_cnn.parity.sides.cancelling import cancelling, feeds_of

pytestmark = pytest.mark.tensorflow

LOGITS = np.float32([[50, 0, 0], [0, 50, 0]])


@pytest.mark.parametrize("is_sparse", [False, True])
def test_what_is_surely_right_has_the_rounding_of_its_probability(is_sparse):
    with tf1.Graph().as_default() as graph:
        logits = tf1.constant(LOGITS)
        if is_sparse:
            tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 2], logits=logits)
        else:
            labels = np.eye(3, dtype=np.float32)[[0, 2]]
            tf1.nn.softmax_cross_entropy_with_logits_v2(labels, logits)
        operations = cancelling(graph.get_operations())
        assert len(operations) == 1
        with tf1.Session() as session:
            generator = np.random.default_rng(0)
            fed = [feeds_of(operations, session.run, generator) for _ in range(20)]
    gradients = np.array([next(iter(feed.values())) for feed in fed])
    exact = np.float32([[0, 0, 0], [0, 1, -1]])
    apart = np.abs(gradients - exact).max(0)
    assert (np.abs(gradients - exact) < 1.3e-7).all()
    assert apart[0, 0] > 5e-8 and apart[1, 1] > 5e-8
    assert apart[1, 2] < 1e-20  # it was 0 by far
