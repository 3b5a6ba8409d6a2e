"""The HTML page of a comparison."""

import dataclasses
import itertools
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from legacy_cnn import vocabulary
from legacy_cnn.parity import page, plots
from legacy_cnn.parity.difference import difference
from legacy_cnn.parity.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    REWRITTEN,
    SAME,
    Finding,
    Report,
    Rung,
)
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.tolerance import Tolerance
from legacy_cnn.settings import ParitySettings

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
    """Keeps the texts, and checks that what is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.names = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        assert not {name for name, _ in attributes} & {"src", "href", "onclick", "onload"}
        if tag not in VOID:
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


def figures(by, value=1.0):
    """Figures of three values, of which the one in the middle is off by `by`."""
    one = np.array([1, value, 1], np.float32)
    with np.errstate(over="ignore"):
        return difference(one, one + np.array([0, by, 0], np.float32))


def training(failing=None):
    """The rung of 30 steps: the loss, 8 weights and 16 slots; `failing` is a tensor at step 7."""
    names = list(vocabulary.PARAMETERS)
    slots = [f"{slot} of {name}" for slot in "mv" for name in names]
    kinds = [("loss", ["loss"], 1e-3), ("weights", names, 1e-2), ("slots", slots, 1e-2)]
    found = []
    for step in range(1, 8 if failing else 31):
        for row, tensors, allowed in kinds:
            tolerance = Tolerance(**{"relative" if row == "loss" else "norm": allowed})
            for at, tensor in enumerate(tensors):
                off = 1 if tensor == failing and step == 7 else 0
                by = off or (1e-6 * (1 + at) * 1.2**step if (step + at) % 6 else 0)
                verdict = DIFFERENT if off else SAME
                found.append(
                    Finding(tensor, verdict, figures(by), step, row=f"steps, {row}",
                            tolerance=tolerance, origin="accumulated" if off else "")
                )  # fmt: skip
    return Rung("steps", FAILED if failing else PASSED, tuple(found))


def layers(rung, values, row="", verdicts=(), **tolerance):
    """A rung with a finding for each of `values`, from tensor to by how much it is off."""
    found = [
        Finding(tensor, verdict, figures(by), row=row or rung, tolerance=Tolerance(**tolerance))
        for (tensor, by), verdict in itertools.zip_longest(values.items(), verdicts, fillvalue=SAME)
    ]
    return Rung(rung, FAILED if DIFFERENT in verdicts else PASSED, tuple(found))


NAMES = ["images", *(name for name in vocabulary.LAYERS if name not in ("loss", "fc_dropped"))]


def climbed(*rungs):
    """A report of the whole ladder; the rungs that are not given were not reached."""
    given = {rung.name: rung for rung in rungs}
    whole = tuple(given.get(name) or Rung(name, NOT_REACHED) for name in RUNGS)
    settings = {**dataclasses.asdict(ParitySettings(threads=2)), "versions": VERSIONS}
    accuracy = {"reference": 0.9797, "candidate": 0.9796} if "predictions" in given else {}
    return Report("mine:model", "legacy_cnn.tutorial", settings, whole, accuracy, 212.345)


VERSIONS = {"legacy_cnn": "0.1.0", "python": "3.11.7", "tensorflow": "2.21.0", "keras": "3.15.1"}
WITHOUT_DATA = Rung("batch", NOT_COMPARED, reason="the candidate has no data")
WEIGHTS = layers("weights", dict.fromkeys(vocabulary.PARAMETERS, 0))
FORWARD = layers(
    "forward", {name: 4e-8 * at * (at % 3) for at, name in enumerate(NAMES)}, relative=1e-5
)
DROPOUT = Rung(
    "dropout",
    PASSED,
    (
        Finding("fraction kept", SAME, note="0.7991 of the units are kept"),
        *layers("dropout", {"fc": 1e-6, "fc_dropped": 2e-6, "logits": 1e-6}, ulp=40).findings,
    ),
)
GRADIENTS = layers(
    "gradients",
    {
        f"gradient with respect to {name}": 3e-7 * at
        for at, name in enumerate(vocabulary.PARAMETERS)
    },
    relative=1e-5,
)
UPDATE = Rung(
    "update",
    PASSED,
    tuple(
        each
        for prefix, row, by in (
            ("", "update", 3e-6),
            ("no gradient: ", "update, no gradient", 0),
            ("probe: ", "update, probe", 1e-6),
            ("after 1000 steps: ", "update, probe", 1e-5),
        )
        for slot in ("", "m of ", "v of ")
        for each in layers(
            "update",
            {f"{prefix}{slot}{name}": by for name in vocabulary.PARAMETERS},
            row=row,
            **({"norm": 1e-4} if by else {}),
        ).findings
    ),
)
PREDICTIONS = Rung(
    "predictions",
    PASSED,
    (
        *layers("predictions", {"logits": 2e-6}, relative=1e-5, ulp=4).findings,
        Finding("classes", SAME, note="of 10,000 images"),
    ),
)
LOSS = layers("loss", {"loss": 0}, relative=1e-5)
BELOW = (WITHOUT_DATA, WEIGHTS, FORWARD, DROPOUT, LOSS, GRADIENTS, UPDATE)
EXAMPLES = {
    "passing": climbed(*BELOW, training(), PREDICTIONS),
    "failing": climbed(*BELOW, training("v of W_fc")),
    "infinite": climbed(
        WITHOUT_DATA,
        WEIGHTS,
        layers(
            "forward",
            {"images": 0, "conv1": 3e-3, "pool1": 2e-7, "conv2": math.inf, "logits": math.nan},
            verdicts=(SAME, REWRITTEN, SAME, DIFFERENT, DIFFERENT),
            relative=1e-5,
        ),
        Rung("loss", NOT_COMPARED, reason="the model is not compiled"),
    ),
    "shapes": climbed(
        WITHOUT_DATA,
        Rung(
            "weights",
            FAILED,
            (
                Finding(
                    "W_conv1",
                    DIFFERENT,
                    note="shape (32, 1, 5, 5), expected (5, 5, 1, 32)",
                    cause="out, in, height, width, as PyTorch has it",
                ),
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_rung_and_its_reason_is_on_the_page(name):
    made = page.page(EXAMPLES[name])
    texts = Tags(made).texts
    assert len(made) < 500_000
    for rung in EXAMPLES[name].rungs:
        assert rung.name in texts and any(rung.status in text for text in texts)
        assert rung.reason in texts or not rung.reason
    assert "nan%" not in made and "inf%" not in made and "None" not in " ".join(texts)


def test_the_first_difference_of_the_steps_is_shown_with_its_figures():
    texts = " ".join(Tags(page.page(EXAMPLES["failing"])).texts)
    verdict = "Different, first on the rung steps: v of W_fc, step 7, index [1]"
    assert verdict in texts and "reference 1.0, candidate 2.0" in texts
    assert "1 absolute, 1 relative, 8.39e+06 ULP, 0.577 norm" in texts
    assert "1 of 3 values" in texts and "It has accumulated" in texts


def test_the_steps_have_a_chart_for_the_loss_the_weights_and_each_slot():
    made = page.page(EXAMPLES["passing"])
    charts = re.findall(r'<figure class="lines">.*?</figure>', made)
    assert [chart.count("<polyline") for chart in charts] == [1, 8, 8, 8]
    for title, chart in zip(("loss", "weights", "slots, m", "slots, v"), charts, strict=True):
        assert f"<b>{title}</b>" in chart and "allowed" in chart


def test_equal_infinite_and_not_a_number_are_words():
    texts = Tags(page.page(EXAMPLES["infinite"])).texts
    assert {"equal", "infinite"} <= set(texts)
    finding = EXAMPLES["passing"].rungs[2].findings[-2]
    broken = dataclasses.replace(finding.figures, relative=math.nan)
    rung = Rung("forward", PASSED, (dataclasses.replace(finding, figures=broken),))
    assert "not a number" in Tags(page.page(report(rung))).texts
    steps = dataclasses.replace(finding, figures=broken, step=1)
    Tags(page.page(report(Rung("steps", PASSED, (steps,)))))


def test_what_was_rewritten_looks_other_than_what_is_the_same():
    made = page.page(EXAMPLES["infinite"])
    rows = re.findall(r'<div class="dot-row"><span>(\w+)</span>.*?<i class="(\w+)"', made)
    assert dict(rows) == {
        "images": SAME, "conv1": REWRITTEN, "pool1": SAME, "conv2": DIFFERENT, "logits": DIFFERENT,
    }  # fmt: skip


def test_where_nothing_was_compared_the_page_says_so():
    texts = Tags(page.page(report(Rung("batch", NOT_COMPARED, reason="why not")))).texts
    assert "Nothing was compared" in texts and "why not" in texts


def test_a_line_of_a_long_training_is_short_and_keeps_its_worst_step():
    found = [dataclasses.replace(finding("loss", 1e-6), step=step) for step in range(1, 20_001)]
    found[12_345] = dataclasses.replace(found[12_345], figures=figures(1e-3))
    made = page.page(report(Rung("steps", PASSED, tuple(found))))
    (line,) = re.findall(r'<polyline points="([^"]*)"', made)
    heights = [float(point.split(",")[1]) for point in line.split()]
    assert len(heights) <= 200 and sum(each < max(heights) - 50 for each in heights) == 1


def test_names_cannot_turn_the_writing_or_fail_to_be_encoded():
    name = "a\u202egnp.exe\udcff\x1b[31m\nb"
    steps = [dataclasses.replace(finding(name + each, 1e-6), step=1) for each in "cd"]
    named = dataclasses.replace(report(Rung("steps", PASSED, tuple(steps))), candidate=name)
    made = page.page(named)
    assert made.encode() and not {"\u202e", "\x1b", "\udcff"} & set(made)
