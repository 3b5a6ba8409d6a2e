"""A report as a page; without TensorFlow, but for the command."""

import dataclasses
import json
import math
import re
import sys

import pytest

from legacy_cnn import show
from legacy_cnn.errors import NotInstalledError
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    PASSED,
    REWRITTEN,
    SAME,
    Finding,
    Rung,
)
from support.pages import Page
from support.reports import BAD, EXAMPLES, GOOD, LADDER, finding, report


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
    page = Page(show.page(GOOD))
    text = page.text
    assert (
        "Same program" in page.texts and "Compared: forward, steps; left out: batch." in page.texts
    )
    assert "reference 0.5000, candidate 0.2500" in text and "tensorflow 2.21.0" in text
    assert "it has no data" in text and "because" in text and "keep probability 0.8" in text
    assert text.count("W_fc") == 1  # in the legend of a chart of two


def test_what_the_page_says_of_a_difference():
    page = show.page(BAD)
    text = Page(page).text
    assert "Different. The first difference is on rung forward: fc" in text
    assert "fc at [1]: reference 1.0, candidate nan; at most infinite absolute" in text
    assert "Cause: the <b>bias</b> is missing." in text
    assert "forward: every layer" in text and "Every layer." in text
    assert "<b>bias</b>" not in page and "the <b>bias</b> is missing" in text


def test_names_from_outside_are_escaped():
    name = '<script>alert("1")</script>'
    hostile = dataclasses.replace(BAD, candidate=name, reference=name, setting={name: name})
    rungs = (Rung("forward", FAILED, (Finding(name, DIFFERENT, note=name, cause=name),)),)
    assert name not in show.page(hostile)
    assert name not in show.page(dataclasses.replace(hostile, rungs=rungs))
    steps = tuple(dataclasses.replace(finding(name + str(n), 1e-6), step=1) for n in range(2))
    assert "<script" not in show.page(report(Rung("steps", PASSED, steps)))


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
    verdict = "Different. The first difference is on rung steps: v of W_fc, step 7"
    assert verdict in text and "v of W_fc, step 7 at [1]: reference 1.0, candidate 2.0" in text
    assert "1 absolute, 1 relative, 8.39e+06 ULP, 0.577 norm" in text
    assert "1 of 3 elements" in text


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
    assert show.plain(nothing).startswith("Nothing was compared.\n") and not nothing.same


def test_the_page_says_what_was_not_compared():
    content = show.page(EXAMPLES["partly"])
    page = Page(content)
    verdict = "Same as far as compared; not compared: loss, gradients, update (late steps)"
    assert verdict in page.texts and '<header class="partly">' in content
    assert "Not compared: loss, gradients: the model is not compiled." in page.texts
    assert "batch, steps" in page.texts  # left out


def test_a_chart_of_measured_noise_shows_the_share_of_the_tolerance():
    content = show.page(EXAMPLES["noisy"])
    texts = Page(content).texts
    assert "share of the tolerance; tolerance 1" in texts and "0.23" in texts
    assert "4.6 times the measured noise" in texts and "20 times the measured noise" in texts
    assert "loss is 16 times the reference's: reference 2.0, candidate 32.0." in texts


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


@pytest.mark.tensorflow
def test_the_command_needs_matplotlib_for_a_page_before_it_compares(monkeypatch, tmp_path, capsys):
    from legacy_cnn import cli, parity

    def compare(*arguments, **settings):
        raise AssertionError

    monkeypatch.setattr(parity, "compare", compare)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    words = ["parity", "mine:model", "--html", str(tmp_path / "page.html")]
    assert cli.main(words) == 2  # could not be compared
    wanted = "--html needs matplotlib, which is not installed: run pip install 'legacy-cnn[plots]'."
    assert wanted in capsys.readouterr().err and not (tmp_path / "page.html").exists()
    recorded = tmp_path / "report.json"
    recorded.write_text(json.dumps(GOOD.to_json()))
    assert cli.main(["show", str(recorded), "--html", str(tmp_path / "page.html")]) == 1
    assert wanted in capsys.readouterr().err and not (tmp_path / "page.html").exists()
    with pytest.raises(NotInstalledError, match="html needs matplotlib"):
        show.page(GOOD)
    assert "Same program" in show.plain(GOOD)


@pytest.mark.tensorflow
def test_every_rung_says_what_it_compares():
    from legacy_cnn.parity.rungs import COMPARES, RUNGS

    assert tuple(RUNGS) == tuple(COMPARES) == LADDER
