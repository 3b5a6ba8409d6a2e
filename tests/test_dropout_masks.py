"""Which masks are those of correct dropout: the statistics of the rung dropout."""

import numpy as np
import pytest

from legacy_cnn.parity.masks import share_kept, spread
from legacy_cnn.parity.sides.dropouts import Mask, mask_of
from legacy_cnn.results.report import DIFFERENT

pytestmark = pytest.mark.tensorflow


def drawn(generator, rows, keep_prob, alive=0.5, shape=None):
    """A mask drawn for each unit, or for a `shape` that is broadcast to the units."""
    kept = generator.random(shape or (rows, 1024)) < keep_prob
    return Mask(
        kept=np.broadcast_to(kept, (rows, 1024)),
        alive=generator.random((rows, 1024)) < alive,
    )


def alarms(mask, keep_prob):
    findings = [share_kept([mask], keep_prob), *spread(mask)]
    return [finding.tensor for finding in findings if finding.verdict == DIFFERENT]


@pytest.mark.first(16)
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
    kept, alive = mask_of(before, after)
    assert (kept == (mask | (before == 0))).all() and (alive == (before != 0)).all()
    assert mask_of(before, before + np.float32(0.1)) is None
    assert mask_of(before, np.zeros_like(before)) is None
    infinite = np.where(after == 0, after, np.copysign(np.float32(np.inf), after))
    assert mask_of(before, infinite) is None  # the logarithm of a probability of 0
