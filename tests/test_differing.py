"""What a replayed value may differ by."""

import numpy as np
import pytest

from legacy_cnn.originals import differing
from legacy_cnn.results.replay import ReplayedStep

HERE = np.array([1, 5, 0.5], np.float32)


class Run:
    """A run that fetched one value, `value`."""

    def __init__(self, value):
        self.value = lambda name: np.asarray(value, np.float32)


def ratio(there, *nudged):
    noise = differing.Noise(Run(HERE), ["value"])
    for value in nudged:
        noise.add(Run(value))
    return noise.ratio("value", np.asarray(there, np.float32))


def test_noise_is_of_each_element():
    moved = HERE + np.float32([0, 1e-3, 0])
    assert ratio([1, 5.002, 0.5], moved, moved) < 3 and ratio([1.002, 5, 0.5], moved, moved) > 30


@pytest.mark.parametrize("overflow", [np.inf, np.nan])
def test_an_element_that_overflows_excuses_no_other(overflow):
    assert ratio([1, 7, 0.5], [overflow, 5, 0.5], HERE) > differing.BOUND


def test_a_variable_of_another_shape_than_before():
    there = HERE + np.float32(1)
    assert not differing.compare(HERE, there, before=np.zeros(2, np.float32)).is_same


def test_a_step_without_a_comparison_is_not_the_same():
    assert not ReplayedStep(number=1, tensors=()).same
