"""Kernels and biases in one variable for each layer."""

import numpy as np
import pytest

from legacy_cnn.parity import joining
from legacy_cnn.parity.pairing import Variable

pytestmark = pytest.mark.tensorflow

SHAPES = {"W_conv": (3, 3, 2, 4), "b_conv": (4,), "W": (5, 4), "b": (4,), "scale": (4,)}


def variables(*shapes):
    return [Variable(at, f"theta_{at}", shape, "float32", True) for at, shape in enumerate(shapes)]


def test_a_bias_may_be_the_last_row_of_its_kernel_or_the_first():
    last, first = joining.arrangements(SHAPES, variables((19, 4), (6, 4), (4,)))
    assert [group.names for group in last] == [("W_conv", "b_conv"), ("W", "b")]
    W, b = np.arange(20, dtype=np.float32).reshape(5, 4), np.full(4, -1, np.float32)
    np.testing.assert_array_equal(last[1].there({"W": W, "b": b})[1], np.vstack([W, b]))
    np.testing.assert_array_equal(first[1].there({"W": W, "b": b})[1], np.vstack([b, W]))


@pytest.mark.parametrize("shape", [(19, 4), (76,)])
def test_a_kernel_comes_back_as_it_was(shape):
    for (group,) in joining.arrangements(SHAPES, variables(shape)):
        kernel = np.random.default_rng(0).random((3, 3, 2, 4), np.float32)
        values = {"W_conv": kernel, "b_conv": kernel[0, 0, 0]}
        again = group.here(group.there(values))
        assert all(np.array_equal(again[name], value) for name, value in values.items())


def test_variables_of_other_shapes_are_left_to_others():
    assert not list(joining.arrangements(SHAPES, variables((3, 3, 2, 4), (4,), (5, 4), (4,))))
