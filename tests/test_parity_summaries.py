"""A report as JUnit's XML and as Markdown; without TensorFlow."""

import dataclasses
from xml.etree import ElementTree

import pytest

from legacy_cnn.results.report import FAILED, PASSED, Finding, Rung
from legacy_cnn.show.report import junit, markdown
from support.reports import BAD, DIFFERENT, EXAMPLES, GOOD, finding, report

HOSTILE = 'a\x00\x1b\udcff"<b>&|`*_[x](y)\n# b'


def outcomes(document):
    """Name of each test case -> the tag and the message of its outcome."""
    (suite,) = ElementTree.fromstring(document)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.attrib[attribute] == str(len(suite.findall(f"*/{tag}")))
    assert suite.attrib["tests"] == str(len(suite))
    assert {case.attrib["classname"] for case in suite} == {"legacy_cnn.parity"}
    return {
        case.attrib["name"]: [(one.tag, one.attrib["message"], one.text or "") for one in case]
        for case in suite
    }


def test_rungs_that_passed_and_one_that_is_not_owed():
    assert outcomes(junit.document(GOOD)) == {
        "batch": [("skipped", "it has no data", "")],
        "forward": [],
        "steps": [],
    }


def test_a_difference_is_a_failure_with_the_whole_report_before_it():
    found = outcomes(junit.document(BAD))
    ((tag, message, text),) = found["forward"]
    assert tag == "failure"
    assert message == "Different. The first difference is on rung forward: fc"
    assert text.splitlines() == [
        "fc at [1]: reference 1.0, candidate nan; at most infinite absolute, infinite relative, "
        "infinite ULP, infinite norm apart; 1 of 3 elements differ.",
        "Cause: the <b>bias</b> is missing.",
        "fc: infinite absolute, infinite relative, infinite ULP, infinite norm; "
        "the <b>bias</b> is missing",
    ]
    assert found["loss"] == [("skipped", "not reached", "")]


def test_what_is_owed_and_not_compared_is_an_error():
    found = outcomes(junit.document(EXAMPLES["partly"]))
    assert found["loss"] == [("error", "not compared: the model is not compiled", "")]
    assert found["update"] == [("error", "not compared: late steps: its counter is not known", "")]
    assert found["steps"] == [("skipped", "left out", "")] and found["forward"] == []


def test_a_rung_with_many_differences_lists_the_first():
    many = tuple(finding(f"t{at}", 1e-3, DIFFERENT) for at in range(100))
    found = outcomes(junit.document(report(Rung("forward", FAILED, many))))
    assert "t19:" in found["forward"][0][2] and "t20:" not in found["forward"][0][2]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_report_has_a_summary_and_a_document(name):
    one = EXAMPLES[name]
    assert list(outcomes(junit.document(one))) == [rung.name for rung in one.rungs]
    rows = [line for line in markdown.summary(one).splitlines() if line.startswith("| ")]
    assert len(rows) == len(one.rungs) + 2


def test_the_summary():
    assert markdown.summary(EXAMPLES["noisy"]).splitlines()[:13] == [
        "### mine:model: Different. The first difference is on rung loss: loss",
        "",
        "loss is 16 times the reference's: reference 2.0, candidate 32.0.",
        "",
        "Its cause is not known. Look at the loss that compile is given, its from\\_logits and "
        "reduction, and losses that layers and regularizers add.",
        "",
        "| Rung | |",
        "| --- | --- |",
        "| \u2013 batch | not compared: the candidate has no data |",
        "| \u2013 weights | not reached |",
        "| \u2713 forward | passed |",
        "| \u2013 dropout | not reached |",
        "| \u2717 loss | loss: 1e+06 times the measured noise, 30 absolute, 15 relative, 15 norm |",
    ]


def test_a_comparison_that_could_not_be_made():
    ((case, found),) = outcomes(junit.of_error("mine:model", "No such file.")).items()
    assert case == "comparison" and found == [("error", "No such file.", "")]
    assert markdown.of_error("mine:model", "No such file.") == (
        "### mine:model: could not be compared\n\nNo such file.\n"
    )


def test_names_from_anywhere():
    rungs = (
        Rung(HOSTILE, FAILED, (Finding(HOSTILE, DIFFERENT, note=HOSTILE, cause=HOSTILE),)),
        Rung("forward", PASSED),
    )
    hostile = dataclasses.replace(report(*rungs), candidate=HOSTILE, reference=HOSTILE)
    for document in (junit.document(hostile), junit.of_error(HOSTILE, HOSTILE)):
        assert outcomes(document) and document.encode()
    for text in (markdown.summary(hostile), markdown.of_error(HOSTILE, HOSTILE)):
        assert text.encode() and "<b>" not in text and "\n# b" not in text
        assert not {"\x00", "\x1b"} & set(text)
        assert all(line.count("|") - line.count("\\|") == 3 for line in text.splitlines()
                   if line.startswith("| "))  # fmt: skip
