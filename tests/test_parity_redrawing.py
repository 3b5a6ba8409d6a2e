"""First values of a model drawn again."""

import keras
import numpy as np
import pytest

from legacy_cnn.parity.sides.redrawing import redrawn

pytestmark = pytest.mark.tensorflow


def values(layer):
    return {weight.path: np.asarray(weight) for weight in layer.weights}


def test_what_an_initializer_drew_is_drawn_again_by_another_one_like_it():
    layer = keras.layers.Dense(7, kernel_initializer=keras.initializers.RandomUniform(-3, 3))
    layer.build((None, 5))
    first = values(layer)
    draws = list(redrawn([layer.kernel_initializer, layer.bias_initializer], first, 6))
    assert [list(draw) for draw in draws] == [[layer.kernel.path]] * 6
    drawn = np.stack([first[layer.kernel.path], *(draw[layer.kernel.path] for draw in draws)])
    assert len(np.unique(drawn)) == drawn.size
    assert 2.5 < np.abs(drawn).max() <= 3


def test_what_was_assigned_is_not_drawn_again():
    layer = keras.layers.Dense(7)
    layer.build((None, 5))
    layer.kernel.assign(layer.kernel * 2)
    assert not list(redrawn([layer.kernel_initializer], values(layer), 6))


def test_the_users_seeds_are_not_drawn_from():
    seeds = keras.random.SeedGenerator(1)
    initializer = keras.initializers.RandomNormal(seed=seeds)
    layer = keras.layers.Dense(7, kernel_initializer=initializer)
    layer.build((None, 5))
    state = keras.ops.convert_to_numpy(seeds.state).copy()
    assert not list(redrawn([initializer], values(layer), 6))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(seeds.state), state)
