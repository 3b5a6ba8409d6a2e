"""What a pair of arrays is reduced to, and what is allowed."""

import json
import math
import re

import numpy as np
import pytest

from legacy_cnn.parity import rounding
from legacy_cnn.parity.difference import Incomparable, difference
from legacy_cnn.parity.tolerance import EXACT
from legacy_cnn.results.jsonvalues import from_json, to_json
from legacy_cnn.results.report import MEASURES, Figures, Tolerance

ONE = np.float32(1)


def f32(*values):
    return np.array(values, np.float32)


def test_equal_arrays():
    figures = difference(f32(1, 2, np.nan, np.inf), f32(1, 2, np.nan, np.inf))
    assert figures.equal and figures.ratio is None  # the noise is not known here
    assert [getattr(figures, each) for each in MEASURES if each != "ratio"] == [0, 0, 0, 0]
    assert difference(f32(0.0), f32(-0.0)).equal
    assert difference(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)).equal


def test_the_figures():
    figures = difference(f32(3, 0, -4, 0), f32(3, 0, -4.5, 0))
    assert figures.absolute == 0.5 and figures.relative == 0.125 and figures.norm == 0.1
    assert figures.index == (2,) and figures.unequal == 1
    assert (figures.reference, figures.candidate) == (-4.0, -4.5)


def test_the_largest_element_is_named():
    reference = np.zeros((2, 3, 4), np.float32)
    candidate = reference.copy()
    candidate[0, 1, 2], candidate[1, 2, 3] = 1, -2
    assert difference(reference, candidate).index == (1, 2, 3)


def test_movement_is_measured_from_its_origin():
    origin = f32(1000, 1000)
    figures = difference(f32(1001, 1000), f32(1001.5, 1000), origin)
    assert figures.norm == 0.5 and figures.relative < 1e-3


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (ONE, np.nextafter(ONE, 2), 1),
        (ONE, np.nextafter(ONE, 0), 1),
        (f32(-1)[0], np.nextafter(f32(-1)[0], -2), 1),
        (f32(0)[0], np.nextafter(f32(0)[0], 1), 1),
        (np.nextafter(f32(0)[0], -1), np.nextafter(f32(0)[0], 1), 2),
        (f32(1)[0], f32(2)[0], 2**23),
        (np.float64(1), np.nextafter(np.float64(1), 2), 1),
        (-np.finfo("f").max, np.finfo("f").max, 2 * 0x7F7FFFFF),
    ],
)
def test_units_in_the_last_place(one, other, apart):
    assert difference(np.array([one]), np.array([other])).ulp == apart


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [(np.nan, 1), (1, np.nan), (np.inf, 1), (1, -np.inf), (np.inf, -np.inf), (np.nan, np.inf)],
)
def test_one_sided_nan_or_infinity_is_never_allowed(reference, candidate):
    figures = difference(f32(1, reference), f32(1, candidate))
    assert figures.absolute == math.inf and figures.ulp == math.inf and figures.index == (1,)
    assert figures.norm == math.inf
    assert not Tolerance(1e30, 1e30, 1e30, 1e30).allows(figures)


def test_shape_and_type_come_before_values():
    with pytest.raises(Incomparable, match=re.escape("shape (3,), expected (2,)")):
        difference(f32(1, 2), f32(1, 2, 3))
    with pytest.raises(Incomparable, match="dtype float16, expected float32"):
        difference(f32(1), f32(1).astype(np.float16))


def test_squares_that_leave_the_range_of_float32():
    figures = difference(f32(1e30, 0), f32(1e30, 1e29))
    assert figures.norm == pytest.approx(0.1, rel=1e-6)


def test_nan_on_both_sides_leaves_the_rest_comparable():
    figures = difference(f32(np.nan, 1, np.inf), f32(np.nan, 1.5, np.inf))
    assert figures.norm == 0.5 and figures.relative == 0.5 and figures.index == (1,)


def test_a_tolerance_allows_by_any_measure():
    figures = difference(f32(3, 0, -4, 0), f32(3, 0, -4.5, 0))
    assert Tolerance(absolute=0.5).allows(figures) and not Tolerance(absolute=0.49).allows(figures)
    assert Tolerance(relative=0.125).allows(figures) and Tolerance(norm=0.1).allows(figures)
    assert not Tolerance(relative=0.124, norm=0.09).allows(figures)
    assert not EXACT.allows(figures) and EXACT.share(figures) == math.inf
    assert Tolerance(relative=0.25, absolute=0.6).share(figures) == 0.5


def test_what_was_not_counted_is_not_within_a_tolerance():
    figures = difference(f32(3, 0, -4, 0), f32(3, 0, -4.5, 0), ulps=False)
    assert figures.ulp is None
    assert not Tolerance(ulp=2**40).allows(figures)
    assert Tolerance(ulp=2**40).share(figures) == math.inf


def test_figures_become_json_and_figures_again():
    figures = difference(f32(1), f32(np.nan))
    value = json.loads(json.dumps(to_json(figures), allow_nan=False))
    assert value["absolute"] == "inf" and value["candidate"] == "nan"
    assert repr(from_json(value, Figures, "figures")) == repr(figures)


def test_infinite_noise_hides_a_finite_difference():
    reference, candidate = np.float32([1, 2, 3, 4]), np.float32([1, 2.5, 3, np.inf])
    noise = np.float32([np.inf, np.inf, 1, np.inf])
    assert rounding.hidden(reference, candidate, noise) == 1
    assert rounding.hidden(reference, reference, noise) == 0
    assert rounding.ratio(reference, candidate, noise) == np.inf
