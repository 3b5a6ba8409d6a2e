"""Shapes in which a parameter may lie in another program."""

import numpy as np
import pytest

from legacy_cnn.parity.layouts import layout


@pytest.mark.parametrize(
    "here, there",
    [
        ((3, 4), (4, 3)),
        ((49, 8), (7, 7, 1, 8)),
        ((12, 12), (12, 2, 6)),  # units of heads
        ((12, 12), (2, 6, 12)),
        ((2, 6), (12,)),
        ((6, 1), (2, 3)),
        ((5, 5, 1, 32), (5, 5, 1, 32)),
    ],
)
def test_what_lies_otherwise_is_put_there_and_back(here, there):
    value = np.arange(np.prod(here)).reshape(here)
    known = layout(here, there)
    moved = known.there(value)
    assert moved.shape == there
    np.testing.assert_array_equal(known.back(moved), value)


@pytest.mark.parametrize(
    "here, there", [((3, 4), (2, 6)), ((12, 12), (3, 6, 8)), ((4,), (5,)), ((2, 3, 4), (6, 2, 2))]
)
def test_no_layout_joins_parts_of_axes(here, there):
    assert layout(here, there) is None
