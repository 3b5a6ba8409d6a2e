"""The tables of docs/how-do-we-know.md, from what the releases wrote (tests/golden/originals)."""

import itertools
import math
from collections.abc import Iterator

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
    every = list(goldens.differences(section, there[section], here[section]))
    rounded = [each for each in every if 0 < each.ratio <= goldens.BOUND]
    equal = sum(each.ratio == 0 for each in every)
    return [
        f"{len(every):,}",
        f"{equal:,}",
        f"{len(rounded):,}",
        f"{len(every) - equal - len(rounded):,}",
        f"{max((each.ratio for each in rounded), default=0):.1f}",
        f"{max((each.relative for each in rounded), default=0):.1e}",
    ]


def known_differences() -> str:
    """What the old releases computed otherwise, why, and how far it is from today's."""
    rows = []
    for (section, until, reason), group in itertools.groupby(DIFFERENCES, _same_row):
        covered = list(group)
        size = max(each.relative for row in covered for each in covered_by(row))
        rows.append([TITLES[section], _cases(covered), until, _size(size), _sentence(reason)])
    return markdown(["", "Cases", "Up to", "Relative", "What differs"], rows, 5)


def covered_by(row: Row) -> Iterator[Difference]:
    """The differences of its release from today's that a row speaks of."""
    there, here = read(row.until)[row.section], read(releases()[-1])[row.section]
    for each in goldens.differences(row.section, there, here):
        if not each.is_rounding and row.covers(*each[:3]):
            yield each


def _same_row(row: Row) -> tuple[str, str, str]:
    return row.section, row.until, row.reason


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
