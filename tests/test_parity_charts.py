"""The charts on a report's page; without TensorFlow."""

import dataclasses
import math
import re

import pytest

from legacy_cnn import show
from legacy_cnn.results.report import (
    PASSED,
    SAME,
    Finding,
    Rung,
)
from legacy_cnn.show.report import lines
from legacy_cnn.show.report.axis import axis_place
from support.pages import Page
from support.reports import EXAMPLES, figures, finding, report


def test_an_axis_has_room_for_nothing_and_for_infinity():
    values = [-1, 0, 1e-30, 1e-9, 1e-5, 1, 1e30, math.inf, math.nan]
    places = [axis_place(value) for value in values]
    assert places == sorted(places) and places[:2] == [0, 0] and places[-2:] == [1, 1]
    assert places[2] > 0 and places[-3] < 1


def drawn(chart):
    """The lines of a chart over steps: for each the heights of its points."""
    paths = re.findall(r'<path d="([^"]*)" clip-path', chart)
    numbers = ([float(number) for number in re.findall(r"-?[\d.]+", path)] for path in paths)
    return [line[1::2] for line in numbers]


def test_a_chart_draws_every_line_and_the_limit():
    points = [
        (Finding(name, SAME, step=step), name, value)
        for name, step, value in (("a", 1, 1e-6), ("a", 2, 0), ("b", 1, math.inf), ("b", 2, 1.0))
    ]
    chart = lines.chart(points, 1e-3, "x")
    heights = [line for line in drawn(chart) if len(line) == 2 and line[0] != line[1]]
    (a, b) = heights
    assert a[0] < a[1] and b[0] < b[1]  # downwards, in SVG
    assert {"tolerance", "step", "equal", "infinite", "a", "b"} <= set(Page(chart).texts)
    assert "nan" not in chart
    assert "tolerance" not in lines.chart(points, 0, "x")


def test_the_steps_have_a_chart_for_the_loss_the_weights_and_each_slot():
    charts = re.findall(r'<figure class="lines">.*?</figure>', show.page(EXAMPLES["passing"]), re.S)
    moving = [[line for line in drawn(chart) if len(set(line)) > 1] for chart in charts]
    assert [len(found) for found in moving] == [1, 8, 8, 8]
    for title, chart in zip(("loss", "weights", "slots, m", "slots, v"), charts, strict=True):
        assert f"<b>{title}</b>" in chart and "tolerance" in chart


def test_a_line_of_a_long_training_is_short_and_keeps_its_worst_step():
    found = [dataclasses.replace(finding("loss", 1e-6), step=step) for step in range(1, 20_001)]
    found[12_345] = dataclasses.replace(found[12_345], figures=figures(1e-3))
    page = show.page(report(Rung("steps", PASSED, tuple(found))))
    (heights,) = (line for line in drawn(page) if len(set(line)) > 1)
    assert len(heights) <= lines.POINTS
    assert sum(height < max(heights) - 20 for height in heights) == 1


def test_a_chart_of_many_lines_names_those_with_the_largest_differences():
    found = [
        dataclasses.replace(finding(f"tensor {at}", 1e-8 * (at + 1)), step=step)
        for step in (1, 2)
        for at in range(40)
    ]
    texts = set(Page(show.page(report(Rung("steps", PASSED, tuple(found))))).texts)
    assert {"tensor 39", "tensor 24", "others"} <= texts and "tensor 23" not in texts


@pytest.mark.parametrize("steps", [(2**62,), (-1, 2**62), (0, 1), (5, 5)])
def test_steps_of_any_number_are_drawn(steps):
    found = [dataclasses.replace(finding("loss", 1e-6), step=step) for step in steps]
    Page(show.page(report(Rung("steps", PASSED, tuple(found)))))
