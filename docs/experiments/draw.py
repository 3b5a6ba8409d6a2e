"""Draws the figures of the pages from the recorded numbers; needs matplotlib."""

import json

from experiments.recorded import RESULTS
from legacy_cnn.bench import plot
from legacy_cnn.results import Study, read
from legacy_cnn.show.study import accuracies


def main(arguments):
    measured = json.loads((RESULTS / "bench.json").read_text())
    plot.draw({"training": measured["training"]}, RESULTS / "performance.svg")
    grown = json.loads((RESULTS / "growth.json").read_text())
    plot.draw({"growth": grown["growth"]}, RESULTS / "growth.svg")
    study = read(RESULTS / "study.json", Study)
    (RESULTS / "study.svg").write_text(_alone(accuracies.chart(study)))


def _alone(element):
    """A chart that was made for a page, as a file of its own: it brings the page's colours."""
    colours = "color: #1c1c1a; --rule: #d8d8d2; background: #fcfcfa; font-family: sans-serif"
    return element.replace("<svg", f'<svg xmlns="http://www.w3.org/2000/svg" style="{colours}"', 1)
