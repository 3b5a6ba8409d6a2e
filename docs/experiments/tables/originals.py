"""The tables of docs/how-do-we-know.md, from what the releases wrote (tests/golden/originals)."""

import itertools
import math
from collections.abc import Iterable, Iterator

from experiments.support import goldens
from experiments.support.goldens import Difference, Golden, Row, read, releases
from experiments.support.markdown import markdown
from experiments.support.release_differences import DIFFERENCES

#: Section of a golden -> what it is called on the page.
TITLES = {
    "listing": "The listing: twelve steps, accuracy, output",
    "optimizers": "Optimizers of `tf.train`",
    "arithmetic": "Decays, clippings, averages, losses of `tf.nn`, dropout",
    "losses": "`tf.losses`, `tf.contrib.losses`",
    "initializers": "Initializers and random operations",
    "layers": "`tf.layers`, `tf.contrib.layers`",
    "normalization": "Batch normalization",
    "cells": "Recurrent cells",
    "checkpoints": "Checkpoints",
}


def agreement() -> str:
    """How many quantities of each section agree with today's, and how closely."""
    *old, today = releases()
    here = read(today)
    rows = []
    for section, title in TITLES.items():
        for release in old:
            rows.append([title, release, *_agreement(section, read(release), here)])
            title = ""
    header = ["", "Release", "Compared", "Equal", "To rounding", "Known", "Worst ratio", "Relative"]
    return markdown(header, rows, 2)


def _agreement(section: str, there: Golden, here: Golden) -> list[str]:
    compared = list(goldens.differences(section, there[section], here[section]))
    if not compared:
        return ["none", *[""] * 5]
    rounded = [difference for difference in compared if 0 < difference.ratio <= goldens.BOUND]
    equal = sum(difference.ratio == 0 for difference in compared)
    counts = len(compared), equal, len(rounded), len(compared) - equal - len(rounded)
    return [*(f"{count:,}" for count in counts), *_largest(rounded)]


def _largest(rounded: list[Difference]) -> list[str]:
    """The largest ratio, and the largest relative difference."""
    if not rounded:
        return ["", ""]
    ratio = max(difference.ratio for difference in rounded)
    return [f"{ratio:.1f}", f"{max(difference.relative for difference in rounded):.1e}"]


def known_differences() -> str:
    """What the old releases computed otherwise, why, and how far it is from today's."""
    parts = []
    for section, rows in itertools.groupby(DIFFERENCES, lambda row: row.section):
        parts += [f"### {TITLES[section]}", "", _known(rows), ""]
    return "\n".join(parts).rstrip()


def _known(rows: Iterable[Row]) -> str:
    """The table of a section."""
    cells = []
    for (until, reason), group in itertools.groupby(rows, lambda row: (row.until, row.reason)):
        covered = list(group)
        size = max(difference.relative for row in covered for difference in covered_by(row))
        cells.append([_sentence(reason), until, _size(size), _cases(covered)])
    return markdown(["What differs", "Up to", "Relative", "Cases"], cells, 4)


def covered_by(row: Row) -> Iterator[Difference]:
    """The differences of its release from today's that a row speaks of."""
    there, here = read(row.until)[row.section], read(releases()[-1])[row.section]
    for difference in goldens.differences(row.section, there, here):
        if not difference.is_rounding and row.covers(*difference[:3]):
            yield difference


def _cases(rows: list[Row]) -> str:
    return "; ".join(dict.fromkeys(row.cases.replace("*", "…") for row in rows))


def _size(relative: float) -> str:
    return f"{relative:.1g}" if math.isfinite(relative) else ""


def _sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:]}"


def lacking() -> str:
    """What a release does not have, or today's: cases that are not compared."""
    rows = []
    for release in releases():
        golden = read(release)
        names = [
            case
            for section in TITLES
            for case, quantities in golden[section].items()
            if "lacking" in quantities
        ]
        rows.append([release, len(names), "; ".join(sorted({_family(name) for name in names}))])
    return markdown(["Release", "Cases", "Without"], rows, 1)


def _family(case: str) -> str:
    return case if "(" in case else case.rpartition(", ")[0] or case
