"""A report on the terminal and as JSON; without TensorFlow."""

import dataclasses
import json

import pytest

from legacy_cnn import show
from legacy_cnn.errors import ResultError
from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    PASSED,
    REWRITTEN,
    SAME,
    Finding,
    Rung,
    Tolerance,
)
from legacy_cnn.show.report import words
from support.reports import BAD, EXAMPLES, GOOD, REPORT, figures, finding, report


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


def test_shapes_alone_are_not_the_same_program():
    note = "only shape and type: there are no weights to compare with"
    shapes = Finding("W_fc", SAME, note=note)
    text = show.plain(report(Rung("weights", PASSED, (shapes,))))
    verdict = "Only shapes and types were compared, and they are the same: weights."
    assert text.splitlines()[-1] == verdict


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
    with pytest.raises(ResultError, match=f"status is '{status}', which contradicts the findings"):
        Rung("forward", status, findings)
    value = REPORT.to_json()
    value["rungs"][1] = {**value["rungs"][1], "status": PASSED}
    with pytest.raises(
        ResultError, match=r"^report.rungs\[1\]: status is 'passed', which contradicts"
    ):
        Report.from_json(value)
