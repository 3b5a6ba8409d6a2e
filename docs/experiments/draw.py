"""Draws the figures of the pages from the recorded numbers; needs matplotlib."""

import argparse

from experiments.support import recorded
from experiments.support.recorded import RESULTS

HELP = "draw the figures of the pages from the recorded numbers"
WRITES = ("performance.svg", "growth.svg", "study.svg")
TAKES = "seconds"

#: A chart that was made for a page has the page's colours; as a file it needs its own.
STYLE = "color: #1c1c1a; --rule: #d8d8d2; background: #fcfcfa; font-family: sans-serif"


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.bench import plot
    from legacy_cnn.results import Study, read
    from legacy_cnn.show.study import accuracies

    plot.draw({"training": recorded.read("bench")["training"]}, RESULTS / "performance.svg")
    plot.draw({"growth": recorded.read("growth")["growth"]}, RESULTS / "growth.svg")
    study = read(RESULTS / "study.json", Study)
    (RESULTS / "study.svg").write_text(as_file(accuracies.chart(study)))


def as_file(element: str) -> str:
    """An SVG element of a page as a file."""
    attributes = f'<svg xmlns="http://www.w3.org/2000/svg" style="{STYLE}"'
    return element.replace("<svg", attributes, 1)
