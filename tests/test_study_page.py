"""A study on the terminal and as a page; without TensorFlow, but for the command."""

import dataclasses
import json
import re
import sys
from pathlib import Path

import pytest

from legacy_cnn import results, show
from legacy_cnn.errors import NotInstalledError, ResultError
from legacy_cnn.results import Study
from support.pages import Page
from support.studies import REFUSED, STUDY, TRAINED, study

RECORDED = Path(__file__).parent.parent / "docs" / "results" / "study.json"


@pytest.fixture(scope="module")
def whole():
    """The page of a study of every variant."""
    return show.page(study())


@pytest.fixture(scope="module")
def recorded():
    return results.read(RECORDED, Study)


def test_the_recorded_study_is_read_and_written_again_as_it_is(recorded):
    assert json.dumps(recorded.to_json(), indent=1) + "\n" == RECORDED.read_text()
    assert list(recorded.variants) == [*TRAINED, *REFUSED]


def test_the_recorded_study_as_a_page(recorded):
    page = Page(show.page(recorded))
    for variant in recorded.variants.values():
        assert " ".join(variant.lesson.replace("`", "").split()) in page.text
    assert "203 of 10,000 test images are misclassified" in page.text
    assert {"28\u00d728\u00d732", "3136\u00d71024", "any shape", "a number"} <= set(page.texts)


def test_the_page_is_whole_and_stands_alone(whole):
    page = Page(whole)
    assert "http" not in whole and "@import" not in whole and whole.count("<style") == 1
    assert set(re.findall(r"url\((.)", whole)) == {"#"}
    assert len(page.ids) == len(set(page.ids))
    referred = set(re.findall(r'(?:href="|url\()#([^")]+)', whole))
    assert referred and referred <= set(page.ids)


def test_every_variant_its_lesson_and_its_refusal_is_there(whole):
    text = Page(whole).text
    for name, variant in study().variants.items():
        assert name in text and variant.title in text and variant.lesson.replace("`", "") in text
    refusal = 'TensorFlow raises ValueError when the graph is built: "No gradients at all".'
    assert text.count(refusal) == len(REFUSED)
    assert "lesson on <code>x</code>" in whole
    assert show.plain(study()).replace("\n ", "").count(refusal) == len(REFUSED)


def test_which_machine_gave_what(whole):
    assert "node" not in Page(whole).text
    (one,) = STUDY.made_with
    hosts = (("node1", ("scaled-0", "fixed-1")), ("node2", ("scaled-1",)), ("", ("scaled-2",)))
    made_with = [dataclasses.replace(one, host=host, trainings=names) for host, names in hosts]
    text = Page(show.page(study(made_with=made_with))).text
    assert "node1: scaled-0, fixed-1; node2: scaled-1; unknown: scaled-2" in text


def test_what_is_accepted_is_not_called_refused():
    accepted = study(("late-pooling",))
    variant = dataclasses.replace(accepted.variants["late-pooling"], refused=None)
    accepted = dataclasses.replace(accepted, variants={"late-pooling": variant})
    assert "TensorFlow accepts it." in Page(show.page(accepted)).text
    assert "TensorFlow accepts it. lesson" in show.plain(accepted)


def test_published_runs_and_where_they_lie(whole):
    texts = [" ".join(text.split()) for text in Page(whole).texts]
    assert {"C2 0.9513, below all", "C1, published", "C2, published"} <= set(texts)
    assert {"1,500,000, within", "300,000, below all"} <= set(texts)
    alone = Page(show.page(study(("no-dropout",), seeds=1, epochs=3)))
    assert {"C1 0.9792", "1,500,000"} <= set(alone.texts)


def test_numbers_are_those_of_the_results(whole):
    text = Page(whole).text
    assert "0.9690 0.0010 0.9680 \u2013 0.9700" in text  # of "fixed"
    assert "0, 1, 2" in text and "12.0 minutes in total" in text and "of some kind" in text
    assert "7 of 952 test images are misclassified" in text and "4 predicted as 9: 7 times" in text
    assert "10.0% of the weights' Euclidean norm" in text and "margin 12,346" in text
    assert "Equal with dropout off and on: no-dropout." in text


def test_the_tables_on_the_terminal():
    lines = show.plain(study(), 80).splitlines()
    assert lines[0] == "Accuracy on the test set after the last epoch"
    assert ["fixed", "3", "10", "0.9690", "0.0010", "0.9680-0.9700"] in map(str.split, lines)
    assert [
        "two-epochs",
        "3",
        "2",
        "0.9530",
        "0.0010",
        "0.9520-0.9540",
        "C2",
        "0.9513",
        "below",
    ] in map(str.split, lines)
    at = lines.index("Loss, summed over an epoch: means over seeds, and published runs")
    assert lines[at + 2].split() == [
        "epoch", "dropout", "no-dropout", "C1", "C2", "scaled", "swapped-loss",
    ]  # fmt: skip
    first = "0 4,000,000 2,000,000 1,500,000 2,500,000 160 -2e+13"
    assert " ".join(lines[at + 4].split()) == first
    assert " ".join(lines[at + 5].split()).startswith("1 2,000,000 1,000,000 550,000 300,000 < 80")
    assert "<, >: below, above the range over seeds" in lines
    at = lines.index("title of swapped-loss (swapped-loss)")
    assert lines[at + 1 : at + 3] == [
        "  lesson of swapped-loss",
        "title of upgraded-loss (upgraded-loss)",
    ]
    alone = show.plain(study(("scaled",), seeds=1, epochs=1))
    assert "<, >" not in alone and "0.9500-0.9500" in alone


def test_losses_below_zero_have_a_chart_of_their_own(whole):
    assert "-1e13" in Page(whole).texts and "have their own chart" in Page(whole).text
    above, below = (
        re.search(rf'<g id="{name}-.*?</svg>', whole, re.S)[0] for name in ("losses", "below")
    )
    assert "swapped-loss" in below and "swapped-loss" not in above and "scaled" in above
    assert "have their own chart" not in Page(show.page(study(("fixed",)))).text


@pytest.mark.slow
def test_equal_results_make_equal_bytes(whole):
    assert show.page(study()) == whole


@pytest.mark.first(2)
@pytest.mark.parametrize(
    ("variants", "seeds", "epochs"),
    [
        (("fixed",), 1, 1),
        (("scaled",), 2, 2),
        (("swapped-loss",), 1, 1),
        (("no-dropout", "late-pooling"), 1, 3),
        (("two-epochs",), 2, 1),
        (REFUSED, 1, 1),
    ],
)
def test_less_of_everything(variants, seeds, epochs):
    page = Page(show.page(study(variants, seeds, epochs)))
    text = page.text
    assert not any(one.startswith("\u2212") for one in page.texts)  # an epoch below zero
    assert all(name in text for name in variants)
    assert not re.search(r"\b(nan|None|inf)\b", text)
    trained = any(name in TRAINED for name in variants)
    assert ("Accuracy" in text) == ("Filters" in text) == trained
    assert ("accuracy" in show.plain(study(variants, seeds, epochs)).lower()) == trained


def test_a_study_without_a_graph_or_specimens():
    text = Page(show.page(study(("fixed",), 1, 1, graph=(), specimens={}))).text
    assert "Graph" not in text and "Confusion" not in text and "Accuracy" in text


@pytest.mark.parametrize("variants", [("two-epochs", "fixed"), ("fixed", "two-epochs")])
def test_a_training_is_shown_with_all_epochs_that_a_variant_reads(variants):
    page = show.page(study(variants, epochs=4))
    table = re.search("<details>.*?</details>", page)[0]
    assert re.findall(r'<th scope="row">(\d)', table) == ["0", "1", "2", "3"]


def test_no_word_about_losses_that_are_all_drawn(whole):
    assert "leaves out" not in whole


def test_which_specimens_are_shown(whole):
    assert re.findall(r"<figcaption><b>([\w-]+)</b><span>seed", whole) == ["dropout", "scaled"]
    other = show.page(study(("no-dropout",)))
    assert "Training no-dropout, seed 0" in Page(other).text and "4 predicted as 9" in other


def hostile(value, text):
    """A JSON value with every text replaced, but for those that parts refer to each other by."""
    if isinstance(value, dict):
        same = ("kind", "training", "measured", "pixels", "when")
        return {key: one if key in same else hostile(one, text) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, text) for one in value]
    return text if isinstance(value, str) else value


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "text", ["<script>alert('x')</script>\u202e\x1b`\ud800", "<script>$\\frac$"]
)
def test_texts_from_outside_are_escaped(text):
    value = hostile(study(epochs=3).to_json(), text)
    value["variants"][text] = {**value["variants"]["no-dropout"], "training": text}
    value["trainings"][text] = value["trainings"]["dropout"]
    value["specimens"] = {text: value["specimens"]["dropout"]}
    changed = Study.from_json(value)
    page = show.page(changed)
    assert "<script" not in page and not {"\u202e", "\x1b", "\ud800"} & set(page)
    assert Page(page).text.count(text.partition("\u202e")[0]) > 20
    assert not {"\u202e", "\x1b", "\ud800"} & set(show.plain(changed))


@pytest.mark.parametrize(
    ("place", "wrong", "message"),
    [
        ("variants.no-dropout.training", "scaled", "trainings has no run of 2 epochs for the vari"),
        ("trainings.no-dropout", [], "trainings has no run of 2 epochs for the variant 'no-drop"),
        ("variants.no-dropout.epochs.loss", [], "must have the same number of epochs, at least 1"),
        ("variants.no-dropout.accuracy.by_seed", [], "accuracy.by_seed is empty"),
        ("variants.no-dropout.refused", None, "no-dropout'.refused is unknown, expected only"),
        ("variants.late-pooling.lesson", 1, "late-pooling'.lesson is 1, expected a string"),
        ("variants.late-pooling.measured", "loss", "late-pooling'.measured is unknown"),
        ("specimens.no-dropout.filters_after", [], "filters_before and filters_after must be"),
        ("specimens.no-dropout.filters_after", [[1]], "a filter must have 25 values"),
        ("specimens.no-dropout.confusion", [[1, 2]], "confusion is not a square matrix"),
        ("specimens.no-dropout.mistakes.0.pixels", "\u00e9", "mistakes[0]: pixels is not base64"),
        ("specimens.no-dropout.mistakes.0.pixels", "AAAA", "holds 3 bytes, expected 784"),
    ],
)
def test_parts_that_do_not_fit_each_other(place, wrong, message):
    value = json.loads(json.dumps(STUDY.to_json()))
    *path, last = place.split(".")
    inner = value
    for key in path:
        inner = inner[int(key) if isinstance(inner, list) else key]
    inner[last] = wrong
    with pytest.raises(ResultError) as error:
        Study.from_json(value)
    assert str(error.value).startswith("study") and message in str(error.value)


@pytest.fixture
def done(monkeypatch):
    """A study that is done at once; what it was asked for."""
    from legacy_cnn import study as command

    asked = []

    def reproduce(directory, **settings):
        asked.append(settings)
        return study(("fixed",), seeds=1, epochs=1)

    monkeypatch.setattr(command, "reproduce", reproduce)
    return asked


@pytest.mark.tensorflow
def test_the_command_writes_the_page(done, tmp_path, capsys):
    from legacy_cnn import cli

    path = tmp_path / "page.html"
    assert cli.main(["reproduce", str(tmp_path / "study"), "--html", str(path)]) == 0
    assert path.read_text("utf-8") == show.page(study(("fixed",), seeds=1, epochs=1))
    assert "fixed" in capsys.readouterr().out


@pytest.mark.tensorflow
def test_without_matplotlib_nothing_is_trained(done, monkeypatch, tmp_path, capsys):
    from legacy_cnn import cli

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert cli.main(["reproduce", str(tmp_path), "--html", str(tmp_path / "page.html")]) == 1
    wanted = "--html needs matplotlib, which is not installed: run pip install 'legacy-cnn[plots]'."
    assert wanted in capsys.readouterr().err and not done
    assert cli.main(["reproduce", str(tmp_path)]) == 0 and done
    with pytest.raises(NotInstalledError, match="html needs matplotlib"):
        show.page(STUDY)


def test_bench_is_refused_in_the_same_way(monkeypatch, capsys):
    from legacy_cnn import cli

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert cli.main(["bench", "--plot", "plot.svg"]) == 1
    wanted = "--plot needs matplotlib, which is not installed: run pip install 'legacy-cnn[plots]'."
    assert wanted in capsys.readouterr().err
