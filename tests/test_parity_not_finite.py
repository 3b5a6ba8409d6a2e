"""What is infinite or NaN in both programs is no evidence that they are the same."""

import numpy as np
import pytest

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.comparing import NOTHING_FINITE, compared
from legacy_cnn.parity.tolerance import EXACT
from legacy_cnn.results.report import NOT_COMPARED, SAME
from support import small

pytestmark = pytest.mark.tensorflow

SPOILT = np.array([np.inf, np.nan, -np.inf], np.float32)


def drawn(scale):
    rng = np.random.default_rng(0)
    return {
        name: (scale * rng.normal(size=shape)).astype(np.float32)
        for name, shape in small.SHAPES.items()
    }


def verdict(array):
    return compared(EXACT, array, array.copy(), None, None, None)


def test_arrays_without_a_finite_element_are_not_compared():
    assert verdict(SPOILT).verdict == NOT_COMPARED and verdict(SPOILT).note == NOTHING_FINITE
    assert verdict(np.append(SPOILT, np.float32(1))).verdict == SAME
    assert verdict(SPOILT[:0]).verdict == SAME
    assert verdict(np.array(["inf"])).verdict == SAME


@pytest.mark.parametrize("as_file", [True, False])
def test_weights_with_which_nothing_is_predicted_are_refused(compare_small, tmp_path, as_file):
    weights = {name: np.full_like(each, 3e38) for name, each in drawn(1).items()}
    np.savez(tmp_path / "w.npz", **weights)
    said = r"w\.npz, .* computes nothing but infinite" if as_file else "With the weights that are"
    with pytest.raises(ParityError, match=said):
        compare_small(small.port(), weights=tmp_path / "w.npz" if as_file else weights)


def test_what_overflows_in_both_is_named(compare_small):
    """The layers themselves do not, but their squares: they are found and compared."""
    report = compare_small(small.port(), weights=drawn(4e9))
    assert not report.first
    notes = {name: note for name, note in report.uncompared.items() if note == NOTHING_FINITE}
    assert "update (v of b_conv1)" in notes


def test_large_weights_that_are_tried_on_top_are_no_gap(compare_small, monkeypatch):
    """They may be too large for a deep program."""
    from legacy_cnn.parity import ground

    real = ground.with_gain
    monkeypatch.setattr(ground, "with_gain", lambda w, gain: real(w, 1e30 if gain > 1 else gain))
    report = compare_small(small.port())
    assert not report.first and not report.uncompared
