"""What is a sound mask, and what is not: the rung dropout's statistics."""

from types import SimpleNamespace

import numpy as np
import pytest

from legacy_cnn.parity.candidates.base import Pass, is_dropout, kept
from legacy_cnn.parity.report import DIFFERENT
from legacy_cnn.parity.rungs.dropout import _share, _spreads


def drawn(generator, rows, keep_prob, alive=0.5, shape=None):
    """A `Pass` with a mask drawn for each unit, or for a `shape` that is spread over them."""
    mask = generator.random(shape or (rows, 1024)) < keep_prob
    return Pass(
        {},
        mask=np.broadcast_to(mask, (rows, 1024)),
        alive=generator.random((rows, 1024)) < alive,
    )


def alarms(passed, keep_prob):
    found = [_share(SimpleNamespace(keep_prob=keep_prob), passed), *_spreads(passed)]
    return [each.tensor for each in found if each.verdict == DIFFERENT]


@pytest.mark.parametrize("keep_prob", [0.5, 0.8, 0.99, 1.0])
@pytest.mark.parametrize("alive", [0.5, 0.02])
@pytest.mark.parametrize("rows", [1, 16, 128])
def test_independent_draws_raise_no_alarm(keep_prob, alive, rows):
    generator = np.random.default_rng(rows)
    for _ in range(200):
        assert not alarms(drawn(generator, rows, keep_prob, alive), keep_prob)


@pytest.mark.parametrize("rows", [16, 128])
def test_units_that_are_dropped_together_are_seen(rows):
    generator = np.random.default_rng(0)
    for _ in range(200):
        assert "mask" in alarms(drawn(generator, rows, 0.8, shape=(1, 1024)), 0.8)
        assert alarms(drawn(generator, rows, 0.8, shape=(rows, 1)), 0.8)


def test_another_share_is_seen():
    generator = np.random.default_rng(0)
    assert alarms(drawn(generator, 16, 0.75), 0.8) == ["share kept"]


def test_a_dropout_sets_to_zero_and_multiplies_by_one_number():
    before = np.float32([[1, 2, 0, 4], [3, 0, 5, 6]])
    mask = np.bool_([[1, 0, 1, 1], [1, 0, 0, 1]])
    after = np.where(mask, before * 1.25, 0)
    assert is_dropout(before, after)
    found, alive = kept(before, after)
    assert (found == (mask | (before == 0))).all() and (alive == (before != 0)).all()
    assert not is_dropout(before, before + np.float32(0.1))
    assert not is_dropout(before, after[:, :3])
    assert is_dropout(before, np.zeros_like(before))
