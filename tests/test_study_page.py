"""The HTML page of a study."""

import base64
import copy
import math
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import cli, study, tutorial, vocabulary
from legacy_cnn.settings import StudySettings
from legacy_cnn.show import figures
from legacy_cnn.study import charts, drawing, pictures, results
from legacy_cnn.study.page import page
from legacy_cnn.study.refusals import REFUSED
from legacy_cnn.study.variants import TRAININGS, VARIANTS

CONFIG = {
    "versions": {"tensorflow": "2.21.0"},
    "machine": {"processor": "of some kind"},
    "data": {"name": "MNIST", "sha256": {}},
    "settings": {"threads": 2},
}
SIZES = {"dropout": 2e6, "no-dropout": 1e6, "scaled": 80.0, "swapped-loss": -1e13}
REFUSAL = {"when": "built", "error": "ValueError", "said": "No gradients at all"}


def training(name, seed, epochs):
    """A training that is done, with made-up figures."""
    records = [
        {
            "loss": SIZES[name] * (1 + seed) / (1 + epoch) ** math.copysign(1, SIZES[name]),
            "train_accuracy": 0.9,
            "test_accuracy": 0.95 + 0.002 * epoch + 0.001 * seed,
            "test_accuracy_dropout_on": 0.94 + 0.002 * epoch + 0.001 * seed
            if name != "no-dropout"
            else 0.95 + 0.002 * epoch + 0.001 * seed,
        }
        for epoch in range(epochs)
    ]
    done = {"epochs": records, "seconds": {"training": 60.0}, "weights_sha256": "0"}
    run = SimpleNamespace(read_results=lambda: done, read_config=lambda: CONFIG)
    return SimpleNamespace(name=name, seed=seed, run=run)


def specimen(moved=0.1):
    before = np.random.default_rng(0).normal(size=(32, 25))
    counts = np.diag(range(90, 100))
    counts[4, 9] = 7
    pixels = base64.b64encode(bytes(784)).decode()
    mistake = {"index": 7, "label": 4, "prediction": 9, "margin": 12345.6, "pixels": pixels}
    return {
        "seed": 0,
        "filters_before": before.tolist(),
        "filters_after": (before * (1 + moved)).tolist(),
        "confusion": counts.tolist(),
        "mistakes": [mistake],
    }


def made(variants=tuple(VARIANTS), seeds=3, epochs=10):
    """What results.json has of a study of these variants."""
    names = [each for each in TRAININGS if each in {VARIANTS[name].training for name in variants}]
    trainings = [training(each, seed, epochs) for seed in range(seeds) for each in names]
    refused = {each: REFUSAL for each in variants if each in REFUSED}
    return results.results(
        StudySettings(), variants, trainings, refused, {each: specimen() for each in names}
    )


class Tags(HTMLParser):
    """Keeps texts and tags; checks that what is opened is closed, and that nothing is loaded."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.names, self.ids = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.append(tag)
        for name, value in attributes:
            assert not name.startswith(("on", "xmlns"))
            if name == "src":
                assert value.startswith("data:image/png;base64,")
            if name.endswith("href"):
                assert value.startswith("#")
            if name == "id":
                self.ids.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)


@pytest.fixture(scope="module")
def whole():
    """The page of a study of every variant."""
    return page(made())


def test_the_page_is_whole_and_stands_alone(whole):
    tags = Tags(whole)
    assert not {"script", "link", "iframe", "metadata"} & set(tags.names)
    assert "http" not in whole and "@import" not in whole and whole.count("<style") == 1
    assert set(re.findall(r"url\((.)", whole)) == {"#"}
    assert len(tags.ids) == len(set(tags.ids))
    referred = set(re.findall(r'(?:href="|url\()#([^")]+)', whole))
    assert referred and referred <= set(tags.ids)


def test_every_variant_its_lesson_and_its_refusal_is_there(whole):
    text = Tags(whole).text
    for name, variant in VARIANTS.items():
        assert name in text and " ".join(variant.lesson.replace("`", "").split()) in text
    assert text.count('Stops when it is built: ValueError, "No gradients at all".') == len(REFUSED)
    assert "<code>tf_upgrade_v2</code>" in whole


def test_what_is_accepted_is_not_called_refused():
    accepted = made(("late-pooling",))
    accepted["variants"]["late-pooling"]["refused"] = None
    assert "TensorFlow accepts it." in Tags(page(accepted)).text


def test_published_figures_and_where_they_lie(whole):
    texts = [" ".join(each.split()) for each in Tags(whole).texts]
    assert {"C1 0.9792", "C2 0.9513", "C1, published", "C2, published"} <= set(texts)
    assert {"1,237,214, within", "20,952, below all"} <= set(texts)
    assert texts[texts.index("C2 0.9513") + 1] == "above all"


def test_figures_are_those_of_the_results(whole):
    text = Tags(whole).text
    assert "0.9690 0.0010 0.9680 \u2013 0.9700" in text  # of "fixed"
    assert "0, 1, 2" in text and "12.0 minutes" in text and "of some kind" in text
    assert "7 of 952 test images are named wrong" in text and "4 named 9: 7 times" in text
    assert "10.0% of their Euclidean norm" in text and "12,346" in text
    assert "Equal with the dropout on and off: no-dropout." in text


def test_losses_below_zero_have_a_chart_of_their_own(whole):
    assert "-1e13" in Tags(whole).texts and "chart of their own" in Tags(whole).text
    above, below = (
        re.search(rf'<g id="{each}-.*?</svg>', whole, re.S)[0] for each in ("losses", "below")
    )
    assert "swapped-loss" in below and "swapped-loss" not in above and "scaled" in above
    assert "chart of their own" not in Tags(page(made(("fixed",)))).text


def test_equal_results_make_equal_bytes(whole):
    assert page(made()) == whole


@pytest.mark.parametrize(
    ("variants", "seeds", "epochs"),
    [
        (("fixed",), 1, 1),
        (("scaled",), 2, 2),
        (("swapped-loss",), 1, 1),
        (("no-dropout", "late-pooling"), 1, 3),
        (("two-epochs",), 2, 1),
        (tuple(REFUSED), 1, 1),
    ],
)
def test_less_of_everything(variants, seeds, epochs):
    tags = Tags(page(made(variants, seeds, epochs)))
    text = tags.text
    assert not any(each.startswith("\u2212") for each in tags.texts)  # an epoch below zero
    assert all(name in text for name in variants)
    assert not re.search(r"\b(nan|None|inf)\b", text)
    trained = any(VARIANTS[name].training for name in variants)
    assert ("Accuracy" in text) == ("filters" in text) == trained


@pytest.mark.parametrize("variants", [("two-epochs", "fixed"), ("fixed", "two-epochs")])
def test_a_training_is_shown_with_all_epochs_that_a_variant_reads(variants):
    table = re.search("<details>.*?</details>", page(made(variants, epochs=4)))[0]
    assert re.findall(r'<th scope="row">(\d)', table) == ["0", "1", "2", "3"]


def with_losses(name, *losses):
    """Results in which the losses of a variant's means, least and most are these."""
    changed = made((name,), seeds=2, epochs=len(losses))
    spreads = [{"mean": each, "deviation": None, "least": each, "most": each} for each in losses]
    changed["variants"][name]["epochs"]["loss"] = spreads
    return changed


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ((5.0, math.nan, math.inf), "fixed|dropout: the losses of epochs 1 (not a number), 2 (inf"),
        ((math.nan, math.nan), "0 (not a number), 1 (not a number)"),
        ((0.0, 0.0), "epochs 0 (0), 1 (0)"),
        ((3.0, -4.0), "epochs 0 (3)"),
        ((-math.inf, -4.0), "epochs 0 (infinite)"),
    ],
)
def test_what_a_logarithmic_axis_does_not_have_is_said(losses, said):
    text = Tags(page(with_losses("fixed", *losses))).text
    assert "Not drawn of dropout: the losses of" in text and said.rpartition("|")[2] in text


def test_no_word_about_losses_that_are_all_drawn(whole):
    assert "Not drawn" not in whole


@pytest.mark.parametrize(
    ("losses", "sign", "shown"),
    [
        ([3.0, 2.0], 1, [True, True]),
        ([3.0, -2.0], -1, [False, True]),
        ([math.nan, 0.0, 1.0], 1, [False, False, True]),
        ([-math.inf, 1.0], 1, [False, True]),
    ],
)
def test_which_losses_can_be_drawn(losses, sign, shown):
    assert charts.drawable(losses) == (sign, shown)


def test_accuracies_of_one_and_of_nothing():
    for accuracy in (0.0, 1.0):
        changed = made(("fixed",), seeds=1, epochs=1)
        own = changed["variants"]["fixed"]["accuracy"]
        own.update(mean=accuracy, least=accuracy, most=accuracy, by_seed=[accuracy])
        (run,) = changed["trainings"]["dropout"]
        run["epochs"][0].update(test_accuracy=accuracy, test_accuracy_dropout_on=accuracy)
        assert f"{accuracy:.4f}" in Tags(page(changed)).text


def test_the_axis_of_accuracies_widens_towards_one():
    places = charts._stretched(np.array([0, 0.5, 0.9, 0.99, 1]))
    assert (np.diff(places) > 0).all() and np.isfinite(places).all()
    assert math.isclose(places[2] - places[0], places[3] - places[2], rel_tol=0.05)


def test_a_net_that_broke_or_made_no_mistake():
    broken = made(("fixed",))
    looked = broken["specimens"]["dropout"]
    looked["filters_after"] = np.full((32, 25), math.nan).tolist()
    looked["mistakes"][0]["margin"] = math.inf
    text = Tags(page(broken)).text
    assert "some weights are infinite or not a number" in text and "infinite" in text
    perfect = made(("fixed",))
    perfect["specimens"]["dropout"].update(mistakes=[], confusion=np.eye(10, dtype=int).tolist())
    text = Tags(page(perfect)).text
    assert "There are none." in text and "Most often" not in text


def test_filters_before_and_after_have_one_scale():
    colours = pictures._coloured(np.array([[-2.0, 0, 2, 9, math.nan]]), 2.0)[0]
    assert [tuple(each) for each in colours] == [
        (0xD5, 0x5E, 0, 255), (0xF6, 0xF6, 0xF2, 255), (0, 0x72, 0xB2, 255), (0, 0x72, 0xB2, 255),
        (0xF6, 0xF6, 0xF2, 0),
    ]  # fmt: skip
    figure = pictures.filters("dropout", specimen(moved=1))
    largest = 2 * np.abs(specimen()["filters_before"]).max()
    ends = re.findall(r"</i>([\d.]+)</p>", figure)
    assert ends == [f"{largest:.3g}", f"{largest:.3g}", f"{largest / 2:.3g}"]


def test_which_specimens_are_shown(whole):
    assert re.findall(r"<figcaption><b>([\w-]+)</b><span>seed", whole) == ["dropout", "scaled"]
    other = page(made(("no-dropout",)))
    assert "Training no-dropout, seed 0" in Tags(other).text and "4 named 9" in other


def hostile(value, text):
    """Results with every text replaced, but for those that other parts are found by."""
    if isinstance(value, dict):
        kept = ("training", "measured", "pixels")
        return {key: each if key in kept else hostile(each, text) for key, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, text) for each in value]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("text", ["<script>alert('x')</script>\u202e\x1b`", "<script>$\\frac$"])
def test_texts_from_outside_are_escaped(text):
    changed = hostile(made(), text)
    changed["variants"][text] = changed["variants"]["no-dropout"]
    changed["trainings"][text] = copy.deepcopy(changed["trainings"]["dropout"])
    changed["specimens"] = {text: changed["specimens"]["dropout"]}
    shown = page(changed)
    assert "<script" not in shown and not {"\u202e", "\x1b"} & set(shown)
    assert Tags(shown).text.count(text.partition("\u202e")[0]) > 20


def test_shapes_in_the_drawing_are_those_of_the_graph(whole):
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        named = {
            name: graph.get_tensor_by_name(f"{op}:0") for name, op in vocabulary.LAYERS.items()
        }
        feed = {ends.x: np.zeros((3, 784)), ends.y: np.eye(10)[:3], ends.keep_prob: 0.8}
        with tf.Session() as session:
            session.run(ends.init)
            found = {name: each.shape[1:] for name, each in session.run(named, feed).items()}
    drawn = {each.name: each for each in drawing.tensors()}
    assert list(drawn) == ["x", "images", *vocabulary.LAYERS]
    assert {name: drawn[name].shape for name in found} == found
    assert drawn["x"].shape == (784,) and drawn["images"].shape == (28, 28, 1)
    weights = {name: shape for each in drawn.values() for name, shape in each.weights.items()}
    assert weights == {name: each.shape for name, each in vocabulary.PARAMETERS.items()}
    assert drawn["conv1"].operations == ("Conv2D", "AddV2", "Relu")
    assert drawn["fc_dropped"].operations == ("RealDiv", "SelectV2")
    fed = {each.name: each.fed for each in drawn.values() if each.fed}
    assert fed == {"fc_dropped": {"keep_prob": None}, "loss": {"y": None}}
    texts = Tags(drawing.drawing()).texts
    for each in drawn.values():
        shapes = [each.shape, *each.weights.values()]
        assert {each.name, *map(drawing.shape_text, shapes)} <= set(texts)


def test_a_chart_takes_the_colours_and_the_width_of_its_page():
    chart = figures.inline("a", 'of "what"', (2, 1), lambda figure: figure.subplots().plot([1, 2]))
    start = re.match(r"<svg [^>]*>", chart)[0]
    assert "viewBox" in start and "width" not in start and 'role="img"' in start
    assert 'aria-label="of &quot;what&quot;"' in start
    assert "currentColor" in chart and "var(--rule)" in chart and "#01020" not in chart
    assert "<style" not in chart and "<text" in chart


@pytest.fixture
def done(monkeypatch):
    """A study that is done at once; what it was asked for."""
    asked = []

    def reproduce(directory, **settings):
        asked.append(settings)
        return made(("fixed",), seeds=1, epochs=1)

    monkeypatch.setattr(study, "reproduce", reproduce)
    return asked


def test_the_command_writes_the_page(done, tmp_path, capsys):
    path = tmp_path / "page.html"
    assert cli.main(["reproduce", str(tmp_path / "study"), "--html", str(path)]) == 0
    assert path.read_text("utf-8") == page(made(("fixed",), seeds=1, epochs=1))
    assert "fixed" in capsys.readouterr().out


def test_without_matplotlib_nothing_is_trained(done, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["reproduce", str(tmp_path), "--html", str(tmp_path / "page.html")])
    wanted = "--html needs matplotlib: pip install 'legacy-cnn[plots]'."
    assert wanted in capsys.readouterr().err and not done
    assert cli.main(["reproduce", str(tmp_path)]) == 0 and done


def test_bench_is_refused_in_the_same_way(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["bench", "--plot", "plot.svg"])
    assert "--plot needs matplotlib: pip install 'legacy-cnn[plots]'." in capsys.readouterr().err
