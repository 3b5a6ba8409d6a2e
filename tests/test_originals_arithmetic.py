"""Decays, clippings, averages, losses, dropout and initializers against old releases."""

import functools

import pytest
import tensorflow.compat.v1 as tf

from golden.originals.sections import arithmetic, core, initializers, losses
from support.originals import GOLDENS, OLD, TODAY, unexplained

pytestmark = pytest.mark.tensorflow

SECTIONS = {"arithmetic": arithmetic, "initializers": initializers, "losses": losses}


@functools.cache
def today(section):
    """What today's TensorFlow computes."""
    return core.observed(SECTIONS[section], tf)


@pytest.mark.parametrize(
    "section", ["arithmetic", "initializers", pytest.param("losses", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("release", GOLDENS)
def test_section(section, release):
    seen = {
        # Keras 3 is another library; what Keras 2 draws is compared as it was recorded.
        case: GOLDENS[TODAY][section][case] if case.startswith("keras.") else each
        for case, each in today(section).items()
    }
    assert sum("lacking" not in each for each in seen.values()) > 10
    assert not unexplained(section, release, seen)


@pytest.mark.parametrize("release", OLD)
def test_noise_at_the_edge_of_dropout(release):
    """A sum that rounds up to one keeps an element that today's comparison drops."""
    for probability, edge in (("0.8", 0.19999998), ("0.5", 0.49999997)):
        case = GOLDENS[release]["arithmetic"][f"dropout, keep_prob {probability}"]
        kept = case["kept at edges"][arithmetic.EDGES.index(edge)]
        assert kept is (release != "1.15.5")
