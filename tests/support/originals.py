"""Holds today's TensorFlow against what old releases wrote (tests/golden/originals)."""

from experiments.support import goldens
from experiments.support.release_differences import DIFFERENCES
from golden.originals.sections import core

GOLDENS = {release: goldens.read(release) for release in goldens.releases()}
OLD = [release for release in GOLDENS if goldens.version(release) < (2,)]
(TODAY,) = [release for release in GOLDENS if release not in OLD]


def unexplained(section, release, seen, only=None):
    """The differences of a section from a golden that are neither rounding nor known."""
    raising = lost(section, seen)
    assert not raising, raising
    return [
        difference
        for difference in goldens.differences(section, GOLDENS[release][section], seen)
        if not difference.is_rounding
        and not known(difference, release)
        and (only is None or only(difference))
    ]


def lost(section, seen):
    """The cases that raise today, and did not when today's golden was written."""
    recorded = GOLDENS[TODAY][section]
    return [
        name
        for name, quantities in seen.items()
        if "lacking" in quantities and "lacking" not in recorded.get(name, {})
    ]


def known(difference, release):
    """The rows that say why a release differs from today's."""
    return [
        row
        for row in DIFFERENCES
        if row.covers(*difference[:3]) and goldens.version(release) <= goldens.version(row.until)
    ]


def case(release, section, name):
    """Quantity -> array of floats that a release has written."""
    return {
        quantity: core.np.array(value["values"]).reshape(value["shape"])
        for quantity, value in GOLDENS[release][section][name].items()
        if isinstance(value, dict) and "values" in value
    }
