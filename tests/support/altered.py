"""Results whose texts or numbers were replaced by what nobody expects."""

import math

from legacy_cnn.errors import ResultError

HOSTILE = "<script>alert('x')</script>\u202e\x1b[2J`&amp;[red]:boom:\ud800\n$body"

ODD_NUMBERS = (-1, 0, 2**62, -0.5, 1e308, math.inf, math.nan)


def mapped(value, change):
    """A JSON value with all of its leaves changed, but for its "kind"."""
    if isinstance(value, dict):
        return {key: one if key == "kind" else mapped(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [mapped(one, change) for one in value]
    return change(value)


def accepted(sample, change):
    """The sample with every leaf changed, as far as its class takes that."""
    value = sample.to_json()

    def changed(leaf):
        return change if isinstance(leaf, type(change)) else leaf

    for name, one in value.items():
        if name == "kind":
            continue
        try:
            sample = type(sample).from_json({**sample.to_json(), name: mapped(one, changed)})
        except ResultError:
            continue
    return sample
