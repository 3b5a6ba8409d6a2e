"""The HTML page of a comparison."""

import dataclasses
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from legacy_cnn.parity import page, plots
from legacy_cnn.parity.difference import difference
from legacy_cnn.parity.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    SAME,
    Finding,
    Report,
    Rung,
)
from legacy_cnn.parity.tolerance import Tolerance

ALLOWED = Tolerance(relative=1e-5, reason="because")
VOID = {"meta", "line", "polyline"}


def finding(tensor, by, verdict=SAME, **more):
    one = np.ones(3, np.float32)
    other = one + np.array([0, by, 0], np.float32)
    figures = difference(one, other)
    return Finding(tensor, verdict, figures, row="forward", tolerance=ALLOWED, **more)


def report(*rungs):
    setting = {"seed": 0, "versions": {"tensorflow": "2.21.0"}}
    return Report("mine", "the tutorial", setting, rungs, {"reference": 0.5, "candidate": 0.25}, 1)


STEPS = Rung(
    "steps",
    PASSED,
    tuple(
        dataclasses.replace(finding(tensor, 1e-6 * step), step=step, row=f"steps, {row}")
        for step in range(1, 31)
        for row, tensor in (("loss", "loss"), ("weights", "W_fc"), ("weights", "b_fc"))
    ),
)
GOOD = report(
    Rung("batch", NOT_COMPARED, reason="it brings no data"),
    Rung("forward", PASSED, (finding("conv1", 0), finding("logits", 3e-6))),
    STEPS,
)
BAD = report(
    Rung(
        "forward",
        FAILED,
        (
            finding("conv1", 2e-6),
            finding("fc", math.nan, DIFFERENT, origin="local", cause="the <b>bias</b> is missing"),
        ),
    ),
    Rung("loss", NOT_REACHED),
)


class Tags(HTMLParser):
    """Keeps the texts, and checks that what is opened is closed; cells and rows close themselves."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.names = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        assert not {name for name, _ in attributes} & {"src", "href", "onclick", "onload"}
        if tag not in VOID | {"td", "th"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("each", [GOOD, BAD])
def test_the_page_is_whole_and_stands_alone(each):
    made = page.page(each)
    tags = Tags(made)
    assert not {"script", "link", "img", "iframe"} & set(tags.names)
    assert "http" not in made and "url(" not in made and "@import" not in made
    for rung in each.rungs:
        assert any(rung.name == text for text in tags.texts)


def test_what_the_page_says_of_sameness():
    texts = " ".join(Tags(page.page(GOOD)).texts)
    assert "The same program, as far as it was compared" in texts
    assert "reference 0.5000, candidate 0.2500" in texts and "tensorflow 2.21.0" in texts
    assert "it brings no data" in texts and "because" in texts
    assert texts.count("W_fc") == 1  # in the legend of a chart of two


def test_what_the_page_says_of_a_difference():
    made = page.page(BAD)
    texts = " ".join(Tags(made).texts)
    assert "Different, first on the rung forward: fc" in texts
    assert "reference 1.0, candidate nan" in texts and "It is local" in texts
    assert "<b>bias</b>" not in made and "the <b>bias</b> is missing" in texts


def test_names_from_outside_are_escaped():
    name = '<script>alert("1")</script>'
    hostile = dataclasses.replace(BAD, candidate=name, reference=name, setting={name: name})
    rungs = (Rung("forward", FAILED, (Finding(name, DIFFERENT, note=name, cause=name),)),)
    assert name not in page.page(hostile)
    assert name not in page.page(dataclasses.replace(hostile, rungs=rungs))
    steps = tuple(dataclasses.replace(finding(name + str(n), 1e-6), step=1) for n in range(2))
    assert "<script" not in page.page(report(Rung("steps", PASSED, steps)))


def test_an_axis_has_room_for_nothing_and_for_infinity():
    values = [0, 1e-30, 1e-9, 1e-5, 1, 1e30, math.inf]
    places = [plots.place(value) for value in values]
    assert places == sorted(places) and places[0] == 0 and places[-1] == 1
    assert places[1] > 0 and places[-2] < 1


def test_a_chart_draws_every_line_and_the_limit():
    chart = plots.chart({"a": [(1, 1e-6), (2, 0)], "b": [(1, math.inf), (2, 1)]}, limit=1e-3)
    assert chart.count("<polyline") == 2 and "allowed" in chart and "nan" not in chart
    heights = [float(y) for y in re.findall(r",([\d.]+)", chart)]
    assert all(0 <= y <= plots.HEIGHT for y in heights)
