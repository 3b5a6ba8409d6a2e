"""A report on the terminal and as JSON; without TensorFlow."""

import dataclasses
import json
import math

import pytest

from legacy_cnn import show
from legacy_cnn.errors import ResultError
from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    PASSED,
    REWRITTEN,
    SAME,
    Finding,
    Rung,
    Tolerance,
)
from legacy_cnn.show.report import words
from support.reports import BAD, EXAMPLES, GOOD, REPORT, figures, finding, noisy, report, summed


def test_the_terminal_of_sameness():
    lines = show.plain(GOOD, 80).splitlines()
    assert lines[:3] == [
        "Same program.",
        "Compared: forward, steps; left out: batch.",
        "mine against the tutorial",
    ]
    assert lines[4].split() == ["rung", "status", "tensor", "difference", "tolerance"]
    rows = [" ".join(line.split()) for line in lines[6:9]]
    assert rows == [
        "batch not compared it has no data",
        "forward passed logits 3e-06 rel 1e-05 rel",
        "steps passed loss, step 30 3e-05 rel 1e-05 rel",
    ]
    assert lines[10:] == [
        "rel: relative to the largest value of the tensor",
        "Accuracy on the test set: reference 0.5000, candidate 0.2500",
    ]


def test_what_was_not_compared_is_not_the_same():
    partly = EXAMPLES["partly"]
    assert not partly.same and partly.verdict == "same as far as compared"
    text = show.plain(partly)
    assert text.splitlines()[:6] == [
        "Same as far as compared; not compared: loss, gradients, update (late steps).",
        "Compared: forward, update; left out: batch, steps.",
        "Not compared: loss, gradients: the model is not compiled.",
        "Not compared: update (late steps): its counter is not known.",
        "To do without: --except loss,gradients,update, in Python "
        "except_for=['loss', 'gradients', 'update'].",
        "mine against the tutorial",
    ]
    assert "W_fc (1 not compared)" in text


def test_shapes_alone_are_not_the_same_program():
    note = "only shape and type: there are no weights to compare with"
    shapes = Rung("weights", PASSED, (Finding("W_fc", SAME, note=note),))
    alone = report(shapes, Rung("forward", NOT_COMPARED, reason="a file of weights"))
    assert show.plain(alone).splitlines()[0] == (
        "Only shapes and types were compared, and they are the same; not compared: forward."
    )
    assert not alone.same


def test_the_terminal_of_a_difference():
    text = show.plain(BAD, 80)
    assert " forward  failed       fc      infinite rel  1e-05 rel" in text
    assert text.splitlines()[:4] == [
        "Different. The first difference is on rung forward: fc.",
        "fc at [1]: reference 1.0, candidate nan; at most infinite absolute, infinite relative, "
        "infinite ULP, infinite norm apart; 1 of 3 elements differ.",
        "Cause: the <b>bias</b> is missing.",
        "mine against the tutorial",
    ]
    assert BAD.verdict == "different"


def without_cause(*findings, rung="forward", **more):
    found = report(Rung(rung, FAILED, tuple(findings), **more))
    return show.plain(found).splitlines()[2]


def test_without_a_cause_it_says_where_to_look():
    same, bad = finding("conv1", 0), finding("fc", 1e-3, DIFFERENT)
    assert without_cause(same, bad) == "Look between conv1, which is the same, and fc."
    assert without_cause(same, bad, rung="update", compares="single updates") == (
        "Its cause is not known. Look at the arguments of the optimizer: rate and schedule, decay, "
        "epsilon, clipping, averages."
    )


def test_a_difference_is_a_multiple_of_its_noise():
    text = show.plain(report(Rung("forward", FAILED, (noisy("fc", 1e-3, 1234.5, DIFFERENT),))))
    assert text.splitlines()[1] == (
        "fc at [1]: reference 1.0, candidate 1.001; at most 1.2e+03 times the measured noise, "
        "0.001 absolute, 0.001 relative, 0.00058 norm apart; 1 of 3 elements differ."
    )
    assert " forward  failed  fc      1.2e+03 x noise  20 x noise" in text
    assert "x noise: times what rounding was measured to do to that element" in text
    assert "rel:" not in text and "norm:" not in text


def test_a_sum_in_place_of_a_mean_is_a_round_factor():
    setting = {**REPORT.setting, "batch_size": 16}
    one = dataclasses.replace(report(Rung("loss", FAILED, (summed(),))), setting=setting)
    assert show.plain(one).splitlines()[1] == (
        "loss is 16 times the reference's: reference 2.0, candidate 32.0; a batch has 16 images, "
        "so this may be a sum in place of a mean."
    )


@pytest.mark.parametrize(
    ("reference", "candidate", "words_for_it"),
    [
        (2.0, 32.0, "16 times the reference's"),
        (2.0, 32.0000001, "16 times the reference's"),
        (2.0, -32.0, "-16 times the reference's"),
        (32.0, 2.0, "1/16 of the reference's"),
        (2.0, 4_000.0, "2,000 times the reference's"),
        (2.0, -2.0, "the negative of the reference's"),
        (2.0, 2.0001, ""),
        (2.0, 32.01, ""),
        (2.0, 3.0, ""),
        (0.0, 2.0, ""),
        (2.0, 0.0, ""),
        (2.0, math.inf, ""),
        (math.nan, 2.0, ""),
        (1e-300, 1e300, ""),
    ],
)
def test_round_factors(reference, candidate, words_for_it):
    one = dataclasses.replace(figures(1), shape=(), reference=reference, candidate=candidate)
    assert words.multiple(one) == words_for_it
    assert words.multiple(dataclasses.replace(one, shape=(3,))) == ""


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
    assert value["verdict"] == "different" and GOOD.to_json()["verdict"] == "same"
    assert GOOD.to_json()["same"] is True and GOOD.to_json()["first"] is None
    assert list(value) == [
        "kind", "candidate", "reference", "setting", "rungs", "accuracy", "seconds", "same",
        "verdict", "first",
    ]  # fmt: skip


def test_reports_of_older_versions_are_read():
    value = EXAMPLES["passing"].to_json()
    for rung in value["rungs"]:
        del rung["owed"]
        for one in rung["findings"]:
            del one["tolerance"]["ratio"]
            if one["figures"]:
                del one["figures"]["ratio"]
    del value["verdict"]
    again = Report.from_json(value)
    assert again.rungs[1] == EXAMPLES["passing"].rungs[1]
    assert again.verdict == "same as far as compared"  # whether the batches are owed is not known


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
