"""Rounding inside of a fused operation, and before numbers cancel."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1

from legacy_cnn.parity.sides.cancelling import cancelling, feeds_of, feeds_of_sums, sums

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


def test_sums_that_cancel_have_the_rounding_of_what_they_add_up():
    with tf1.Graph().as_default():
        x = tf1.placeholder(tf1.float32, [None, 3])
        bias = tf1.get_variable("bias", [3], use_resource=True)
        one, other = (tf1.tanh(part + bias) for part in (x, x))
        (gradient,) = tf1.gradients(tf1.reduce_sum(tf1.square(one) - tf1.square(other)), [bias])
        found = sums([gradient])
        assert [op.type for op in found] == ["AddN"]
        with tf1.Session() as session:
            session.run(tf1.global_variables_initializer())
            given = {x: np.float32([[0.3, 0.2, 0.1]])}
            assert not session.run(gradient, given).any()
            generator = np.random.default_rng(0)
            (fed,) = feeds_of_sums(found, lambda t: session.run(t, given), generator).values()
    assert 0 < np.abs(fed).max() < 1e-6
