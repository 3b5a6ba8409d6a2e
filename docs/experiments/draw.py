"""Draws the figures of the pages from the recorded numbers; needs matplotlib."""

import argparse
import dataclasses

from experiments.support import recorded, scaling_model, scaling_plot
from experiments.support.recorded import RESULTS

HELP = "draw the figures of the pages from the recorded numbers"
WRITES = ("performance.svg", "growth.svg", "study.svg", "scaling.svg")
TAKES = "seconds"

#: A chart that was made for a page has the page's colours; as a file it needs its own.
STYLE = "color: #1c1c1a; --rule: #d8d8d2; background: #fcfcfa; font-family: sans-serif"


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.results import Benchmark, Study, read
    from legacy_cnn.show import benchmark_plot
    from legacy_cnn.show.study import accuracies

    training = dataclasses.replace(read(RESULTS / "bench.json", Benchmark), evaluation=None)
    benchmark_plot.draw(training, RESULTS / "performance.svg")
    benchmark_plot.draw(read(RESULTS / "growth.json", Benchmark), RESULTS / "growth.svg")
    study = read(RESULTS / "study.json", Study)
    (RESULTS / "study.svg").write_text(as_file(accuracies.chart(study)))
    costs = scaling_model.costs_of(recorded.read("scaling"))
    scaling_plot.draw(costs, RESULTS / "scaling.svg")


def as_file(element: str) -> str:
    """An SVG element of a page as a file."""
    attributes = f'<svg xmlns="http://www.w3.org/2000/svg" style="{STYLE}"'
    return element.replace("<svg", attributes, 1)
