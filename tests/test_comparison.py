"""`legacy-cnn compare`: what the four dialects compute, cost and print."""

import html.parser
import json

import pytest

from legacy_cnn import comparison, programs
from legacy_cnn.cli import main
from legacy_cnn.comparison import rows, table, timing, values
from legacy_cnn.comparison.page import page
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.settings import IMPLEMENTATIONS, CompareSettings
from legacy_cnn.vocabulary import LAYERS, PARAMETERS
from support.implementations import DOUBLED_LOSS

ROUNDING = 1e-5
PORTS = IMPLEMENTATIONS[1:]


@pytest.fixture(scope="module")
def result(small_set):
    return comparison.compare(
        rounds=2, steps=1, batch_size=16, validation_size=0, data_dir=str(small_set)
    )


def test_all_compute_the_same(result):
    tensors = [
        *LAYERS,
        *(f"gradient with respect to {name}" for name in PARAMETERS),
        *(f"{name} after the step" for name in PARAMETERS),
    ]
    assert list(result["values"]) == tensors
    for tensor, own in result["values"].items():
        assert tuple(own) == PORTS
        assert all(each < ROUNDING for each in own.values()), tensor


def test_a_difference_is_seen(small_set, monkeypatch):
    for name in PORTS:
        monkeypatch.delitem(programs.IMPLEMENTATIONS, name)
    monkeypatch.setitem(programs.IMPLEMENTATIONS, "doubled", DOUBLED_LOSS)
    settings = CompareSettings(batch_size=8, validation_size=0, data_dir=small_set)
    differences = values.differences(settings, lambda text: None)
    assert differences["logits"]["doubled"] < ROUNDING
    assert differences["loss"]["doubled"] == pytest.approx(1)
    # The nearest tensor is another one: a tenth of the doubled gradient, in Adam's first moment.
    assert differences["gradient with respect to W_fc"]["doubled"] == pytest.approx(0.8)


def test_only_eager_hands_over_every_operation(result):
    dialects = result["dialects"]
    assert tuple(dialects) == IMPLEMENTATIONS
    assert dialects["graph"]["handed_over"] == dialects["function"]["handed_over"] == 1
    assert dialects["eager"]["handed_over"] > 200 > dialects["keras"]["handed_over"] > 1
    assert dialects["eager"]["operations"] is dialects["eager"]["trace"] is None
    # A step of the tutorial's graph has 253 of its 432 operations.
    assert dialects["graph"]["operations"] == 253
    assert min(dialects[name]["operations"] for name in ("function", "keras")) > 253


def test_costs_are_those_of_the_steps(result):
    for each in result["dialects"].values():
        assert 0 < each["least"] <= each["step"] <= each["most"]
        assert each["memory"] > each["memory_of_imports"] > 1e8
    assert result["dialects"]["graph"]["times"] == 1


def test_arithmetic_of_the_rounds():
    own, graph = [[2.0, 4.0, 3.0], [8.0, 6.0, 7.0]], [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    expected = {"step": 5.0, "least": 3.0, "most": 7.0, "times": 3.25}
    assert timing.summary(own, graph) == expected


def heads(said):
    return [line.split(":")[0] for line in said]


def test_what_is_printed_when(result):
    said = {
        name: {when: heads(lines) for when, lines in each["prints"].items()}
        for name, each in result["dialects"].items()
    }
    both = ["print", "tf.print"]
    assert said["graph"] == {"built": ["print"], "step 1": [], "step 2": []}
    assert said["eager"] == {"built": [], "step 1": both, "step 2": both}
    assert said["function"] == {"built": [], "step 1": both, "step 2": ["tf.print"]}
    # Keras calls a loss once more, to see what comes out of it.
    assert said["keras"] == {"built": [], "step 1": ["print", *both], "step 2": ["tf.print"]}


def test_the_same_values_are_printed(result):
    printed = [
        float(result["dialects"][name]["prints"][f"step {step}"][-1].split(":")[1])
        for step in (1, 2)
        for name in ("eager", "function", "keras")
    ]
    assert printed[:3] == pytest.approx([printed[0]] * 3, rel=ROUNDING)
    assert printed[3:] == pytest.approx([printed[3]] * 3, rel=ROUNDING)
    assert printed[3] != pytest.approx(printed[0])


def test_the_table_shows_it_all(result, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table.show(result)
    shown = capsys.readouterr().out
    for row in (*rows.costs(result), *rows.differences(result)):
        assert any(all(each in line for each in row) for line in shown.splitlines()), row
    assert 'print: Tensor("Mean:0", shape=(), dtype=float32)' in shown


class Elements(html.parser.HTMLParser):
    """Notes elements that are opened and not closed, and all addresses."""

    VOID = ("meta",)

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        assert not {"src", "href", "onclick"} & {name for name, _ in attributes}
        assert tag != "script"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_is_whole(result):
    seen = Elements()
    seen.feed(page(result))
    assert seen.open == []
    for row in (*rows.costs(result), *rows.differences(result)):
        assert all(each in seen.text for each in row)


def test_hostile_texts_are_escaped(result):
    hostile = json.loads(json.dumps(result))
    hostile["machine"]["processor"] = "<script>alert(1)</script>"
    assert "<script>" not in page(hostile)


def test_wrong_usage(capsys, tmp_path):
    for wrong in (["--rounds", "0"], ["--batch-size", "0"], ["--keep-prob", "0"]):
        with pytest.raises(SystemExit) as ended:
            main(["compare", *wrong])
        assert ended.value.code == 2
        assert f"{wrong[0]} must be" in capsys.readouterr().err


def test_too_few_images(small_set):
    with pytest.raises(DataError, match="Validation size should be between 0 and 640"):
        comparison.compare(data_dir=small_set)
    with pytest.raises(UsageError, match=r"^batch_size 641 is above the 640 training images"):
        comparison.compare(data_dir=small_set, validation_size=0, batch_size=641)
