"""A report on the terminal and as a page; without TensorFlow, but for the command."""

import dataclasses
import json
import math
import re
import sys

import pytest

from legacy_cnn import show
from legacy_cnn.errors import ResultError, UsageError
from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    REWRITTEN,
    SAME,
    Finding,
    Rung,
    Tolerance,
)
from legacy_cnn.show.report import lines, words
from legacy_cnn.show.report.axis import axis_place
from support.pages import Page
from support.reports import EXAMPLES, LADDER, REPORT, figures, finding, report

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
    Rung("batch", NOT_COMPARED, reason="it has no data"),
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
        compares="every layer",
    ),
    Rung("loss", NOT_REACHED),
)


@pytest.mark.parametrize("one", [GOOD, BAD])
def test_the_page_is_whole_and_stands_alone(one):
    content = show.page(one)
    page = Page(content)
    assert "img" not in page.tags and "http" not in content and "@import" not in content
    assert set(re.findall(r"url\((.)", content)) <= {"#"}
    assert len(page.ids) == len(set(page.ids))
    for rung in one.rungs:
        assert rung.name in page.texts


def test_what_the_page_says_of_sameness():
    text = Page(show.page(GOOD)).text
    assert "Same program, as far as it was compared" in text
    assert "reference 0.5000, candidate 0.2500" in text and "tensorflow 2.21.0" in text
    assert "it has no data" in text and "because" in text and "keep probability 0.8" in text
    assert text.count("W_fc") == 1  # in the legend of a chart of two


def test_what_the_page_says_of_a_difference():
    page = show.page(BAD)
    text = Page(page).text
    assert "Different. The first difference is on rung forward: fc, index [1]" in text
    assert "reference 1.0, candidate nan" in text
    assert "local: the tensor differs for equal input, too" in text
    assert "forward: every layer" in text and "Every layer." in text
    assert "<b>bias</b>" not in page and "the <b>bias</b> is missing" in text


def test_the_terminal_of_sameness():
    lines = show.plain(GOOD, 80).splitlines()
    assert lines[0] == "mine against the tutorial"
    assert lines[2].split() == ["rung", "status", "tensor", "difference", "tolerance"]
    rows = [" ".join(line.split()) for line in lines[4:7]]
    assert rows == [
        "batch not compared it has no data",
        "forward passed logits 3e-06 rel 1e-05 rel",
        "steps passed loss, step 30 3e-05 rel 1e-05 rel",
    ]
    assert lines[8:] == [
        "rel: relative to the largest value of the tensor",
        "norm: relative to its Euclidean norm, or for weights in training to that of their change",
        "Accuracy on the test set: reference 0.5000, candidate 0.2500",
        "Same program, as far as it was compared: forward, steps.",
    ]


def test_the_terminal_of_a_difference():
    text = show.plain(BAD, 80)
    assert " forward  failed       fc      infinite rel  1e-05 rel" in text
    *_, verdict, at, largest, origin, cause = text.splitlines()
    assert verdict == "Different. The first difference is on rung forward: fc."
    assert at == "  at [1]: reference 1.0, candidate nan"
    assert largest == (
        "  largest difference: infinite absolute, infinite relative, infinite ULP, infinite norm; "
        "1 of 3 elements differ"
    )
    assert origin == "  Origin: local: the tensor differs for equal input, too"
    assert cause == "  Cause: the <b>bias</b> is missing"


def test_the_terminal_lists_the_first_differences():
    found = [finding(f"t{at}", 1e-3, DIFFERENT) for at in range(1200)]
    named = dataclasses.replace(found[1], figures=None, note="shape (1,), expected (2,)", cause="x")
    text = show.plain(report(Rung("forward", FAILED, (found[0], named, *found[2:]))))
    assert "1,200 differences; the first 5 (the JSON and the page list all):\n" in text
    assert text.endswith(
        "  forward: t0, 0.001 rel\n"
        "  forward: t1, shape (1,), expected (2,); x\n"
        "  forward: t2, 0.001 rel\n  forward: t3, 0.001 rel\n  forward: t4, 0.001 rel\n"
    )
    few = show.plain(report(Rung("forward", FAILED, tuple(found[:2]))))
    assert "2 differences:\n" in few and "--json" not in few
    assert "differences" not in show.plain(BAD)


def test_rewritten_tensors_are_counted_on_the_terminal():
    rewritten = [finding(name, 1e-2, REWRITTEN) for name in ("conv1", "pool1")]
    text = show.plain(report(Rung("forward", PASSED, (*rewritten, finding("logits", 0)))))
    assert "logits (2 rewritten)  equal" in text


def test_a_finding_without_numbers_on_the_terminal():
    text = show.plain(report(Rung("dropout", PASSED, (Finding("share", SAME, note="0.8 kept"),))))
    assert " dropout  passed  0.8 kept " in text
    text = show.plain(EXAMPLES["shapes"])
    assert "W_conv1: shape (32, 1, 5, 5)" in text and "at [" not in text


def test_which_measure_decides():
    one = figures(3e-6)
    both = Finding("x", SAME, one, tolerance=Tolerance(relative=1e-5, norm=2e-6))
    assert words.binding(both, one) == "relative"  # 0.3 of it; of the norm 0.87
    assert words.binding(Finding("x", SAME, one), one) == "absolute"
    uncounted = dataclasses.replace(one, ulp=None)
    counted = Finding("x", SAME, uncounted, tolerance=Tolerance(ulp=1, norm=1e-9))
    assert words.binding(counted, uncounted) == "norm"
    assert words.sizes(uncounted) == "3e-06 absolute, 3e-06 relative, 1.73e-06 norm"


def test_names_from_outside_are_escaped():
    name = '<script>alert("1")</script>'
    hostile = dataclasses.replace(BAD, candidate=name, reference=name, setting={name: name})
    rungs = (Rung("forward", FAILED, (Finding(name, DIFFERENT, note=name, cause=name),)),)
    assert name not in show.page(hostile)
    assert name not in show.page(dataclasses.replace(hostile, rungs=rungs))
    steps = tuple(dataclasses.replace(finding(name + str(n), 1e-6), step=1) for n in range(2))
    assert "<script" not in show.page(report(Rung("steps", PASSED, steps)))


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


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_rung_and_its_reason_is_on_the_page(name):
    content = show.page(EXAMPLES[name])
    texts = Page(content).texts
    assert len(content) < 500_000
    for rung in EXAMPLES[name].rungs:
        assert rung.name in texts and any(rung.status in text for text in texts)
        assert rung.reason in texts or not rung.reason
    assert "nan%" not in content and "inf%" not in content and "None" not in " ".join(texts)
    assert "None" not in show.plain(EXAMPLES[name])


def test_the_first_difference_of_the_steps_is_shown_with_its_numbers():
    text = Page(show.page(EXAMPLES["failing"])).text
    verdict = "Different. The first difference is on rung steps: v of W_fc, step 7, index [1]"
    assert verdict in text and "reference 1.0, candidate 2.0" in text
    assert "1 absolute, 1 relative, 8.39e+06 ULP, 0.577 norm" in text
    assert (
        "1 of 3 elements" in text and "accumulated: for equal input, the tensor is the same" in text
    )


def test_the_steps_have_a_chart_for_the_loss_the_weights_and_each_slot():
    charts = re.findall(r'<figure class="lines">.*?</figure>', show.page(EXAMPLES["passing"]), re.S)
    moving = [[line for line in drawn(chart) if len(set(line)) > 1] for chart in charts]
    assert [len(found) for found in moving] == [1, 8, 8, 8]
    for title, chart in zip(("loss", "weights", "slots, m", "slots, v"), charts, strict=True):
        assert f"<b>{title}</b>" in chart and "tolerance" in chart


def test_equal_infinite_and_not_a_number_are_words():
    assert {"equal", "infinite"} <= set(Page(show.page(EXAMPLES["infinite"])).texts)
    one = EXAMPLES["passing"].rungs[2].findings[-2]
    broken = dataclasses.replace(one.figures, relative=math.nan)
    rung = Rung("forward", PASSED, (dataclasses.replace(one, figures=broken),))
    assert "not a number" in Page(show.page(report(rung))).text
    assert "not a number rel" in show.plain(report(rung))
    steps = dataclasses.replace(one, figures=broken, step=1)
    Page(show.page(report(Rung("steps", PASSED, (steps,)))))


def test_what_was_rewritten_looks_other_than_what_is_the_same():
    content = show.page(EXAMPLES["infinite"])
    rows = re.findall(r'<div class="dot-row"><span>(\w+)</span>.*?<i class="(\w+)"', content)
    assert dict(rows) == {
        "images": SAME, "conv1": REWRITTEN, "pool1": SAME, "conv2": DIFFERENT, "logits": DIFFERENT,
    }  # fmt: skip


def test_where_nothing_was_compared_the_page_says_so():
    nothing = report(Rung("batch", NOT_COMPARED, reason="why not"))
    texts = Page(show.page(nothing)).texts
    assert "Nothing was compared" in texts and "why not" in texts
    assert show.plain(nothing).endswith("Nothing was compared.\n") and not nothing.same


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


def test_many_notes_are_folded_and_cut():
    notes = [Finding("mask", SAME, step=step, note="sound") for step in range(1, 101)]
    page = show.page(report(Rung("steps", PASSED, tuple(notes))))
    assert "<details><summary>100 notes</summary><ul>" in page and "<li>and 60 more</li>" in page
    few = show.page(report(Rung("steps", PASSED, tuple(notes[:2]))))
    assert "<details>" not in few and few.count("<li>mask, step") == 2


def test_names_cannot_turn_the_writing_or_fail_to_be_encoded():
    name = "a\u202egnp.exe\udcff\x1b[31m\nb"
    steps = [dataclasses.replace(finding(name + letter, 1e-6), step=1) for letter in "cd"]
    named = dataclasses.replace(report(Rung("steps", PASSED, tuple(steps))), candidate=name)
    page = show.page(named)
    assert page.encode() and not {"\u202e", "\x1b", "\udcff"} & set(page)
    assert not {"\u202e", "\x1b", "\udcff"} & set(show.plain(named))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_report_survives_json(name):
    value = json.loads(json.dumps(EXAMPLES[name].to_json(), allow_nan=False))
    again = Report.from_json(value)
    assert repr(again) == repr(EXAMPLES[name]) and again.to_json() == value


def test_the_json_says_where_it_first_differs():
    value = BAD.to_json()
    assert value["same"] is False and value["first"] == {"rung": "forward", "tensor": "fc"}
    assert GOOD.to_json()["same"] is True and GOOD.to_json()["first"] is None
    assert list(value) == [
        "kind", "candidate", "reference", "setting", "rungs", "accuracy", "seconds", "same",
        "first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "findings"),
    [(FAILED, ()), (FAILED, (finding("a", 0),)), (PASSED, (finding("a", 1, DIFFERENT),))],
)
def test_a_status_fits_its_findings(status, findings):
    with pytest.raises(ResultError, match=f"status is '{status}', which does not fit the findings"):
        Rung("forward", status, findings)
    value = REPORT.to_json()
    value["rungs"][1] = {**value["rungs"][1], "status": PASSED}
    with pytest.raises(
        ResultError, match=r"^report.rungs\[1\]: status is 'passed', which does not"
    ):
        Report.from_json(value)


@pytest.mark.tensorflow
def test_the_command_needs_matplotlib_for_a_page_before_it_compares(monkeypatch, tmp_path, capsys):
    from legacy_cnn import cli, parity

    def compare(*arguments, **settings):
        raise AssertionError

    monkeypatch.setattr(parity, "compare", compare)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["parity", "mine:model", "--html", str(tmp_path / "page.html")])
    wanted = "--html needs matplotlib: pip install 'legacy-cnn[plots]'."
    assert wanted in capsys.readouterr().err and not (tmp_path / "page.html").exists()
    recorded = tmp_path / "report.json"
    recorded.write_text(json.dumps(GOOD.to_json()))
    with pytest.raises(SystemExit, match="2"):
        cli.main(["show", str(recorded), "--html", str(tmp_path / "page.html")])
    assert wanted in capsys.readouterr().err and not (tmp_path / "page.html").exists()
    with pytest.raises(UsageError, match="html needs matplotlib"):
        show.page(GOOD)
    assert "Same program" in show.plain(GOOD)


@pytest.mark.tensorflow
def test_every_rung_says_what_it_compares():
    from legacy_cnn.parity.rungs import COMPARES, RUNGS

    assert tuple(RUNGS) == tuple(COMPARES) == LADDER
