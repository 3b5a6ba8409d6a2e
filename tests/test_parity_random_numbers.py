"""What both programs are fed in the place of what they draw."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.sides import random_numbers

pytestmark = pytest.mark.tensorflow


def drawn(draw):
    with tf.Graph().as_default():
        tensor = draw()
        values = random_numbers.draw(tensor, (1000,), np.random.default_rng(0))
        return random_numbers.kind(tensor), values


@pytest.mark.parametrize(
    "draw",
    [
        lambda: tf.random_uniform([3], 2, 5, tf.int32),
        lambda: tf.random.stateless_uniform([3], [1, 2], 2, 5, tf.int64),
    ],
)
def test_integers_are_drawn_between_the_bounds_of_their_operation(draw):
    kind, values = drawn(draw)
    assert kind == "integers" and set(values) == {2, 3, 4}


def test_bounds_that_are_computed_are_not_known():
    kind, values = drawn(lambda: tf.random_uniform([3], 0, tf.placeholder(tf.int32, []), tf.int32))
    assert kind == "other" and not values.any()
