"""Results on the terminal and as pages: without TensorFlow, and whatever texts they hold."""

import dataclasses
import io
import json
import math
import subprocess
import sys

import pytest

from legacy_cnn import results, show
from legacy_cnn.show import html, numbers, terminal, texts
from legacy_cnn.show.blocks import Entry, Facts, Heading, Mark, Table, Text
from support.altered import HOSTILE, ODD_NUMBERS, accepted
from support.pages import Page
from support.samples import DATA_SUMMARY, EVALUATION, PREDICTIONS, REPLAY, SAMPLES, TRAINING

HIDDEN = """
import sys
sys.modules.update(dict.fromkeys(("tensorflow", "keras", "tf_keras")))  # importing them raises
from legacy_cnn import results, show
for path in sys.argv[1:]:
    result = results.read(path)
    show.on_terminal(result)
    assert show.page(result).startswith("<!DOCTYPE html>")
"""


def test_every_kind_has_a_view():
    assert show.VIEWS.keys() == results.KINDS.keys()


def test_a_closed_output_is_left_to_the_command(monkeypatch):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(BrokenPipeError):
        show.on_terminal(next(iter(SAMPLES.values())))


def test_pages_are_made_without_tensorflow(tmp_path):
    paths = []
    for kind, result in SAMPLES.items():
        paths.append(tmp_path / f"{kind}.json")
        paths[-1].write_text(json.dumps(result.to_json()))
    subprocess.run([sys.executable, "-c", HIDDEN, *paths], check=True, capture_output=True)


def test_importing_show_imports_next_to_nothing():
    code = (
        "import sys\nimport legacy_cnn.show\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'rich', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_replay():
    lines = show.plain(REPLAY).splitlines()
    assert lines[0] == "trace.npz: 30 steps of old script.py --steps"
    assert lines[5].split() == ["1", "1", "1", "1", "1", "2.5e-01", "6.2e-02"]
    assert lines[6].split() == ["2", *6 * "-"]
    assert "Step 2 was not replayed: The graph has the operation 'PyFunc'." in lines
    assert lines[-2].split() == ["loss:0", "fetched", "1.2e-01", "6.2e-02", "1,000"]


def test_an_evaluation():
    lines = show.plain(EVALUATION).splitlines()
    assert lines[:2] == [
        "Accuracy: 0.7500 with the dropout off, on 12 images",
        "Accuracy: 0.5000 with the dropout left on, as in the tutorial",
    ]
    assert lines[2] == "Confusion matrix: rows are labels, columns predictions"
    assert lines[6].split() == ["0", "3", *9 * "."]
    assert lines[19].split() == ["precision", "recall", "f1", "images"]
    assert lines[21].split() == ["0", "0.5000", "-", "0.3333", "3"]
    assert "Accuracy 0.7500 on 12 images" in Page(show.page(EVALUATION)).texts


def test_predictions(capsys):
    show.on_terminal(PREDICTIONS)
    lines = [
        "one.png: 1 (1.00), 0 (0.00), 2 (0.00)",
        "a  directory/[red]seven.png: 7 (0.88), 8 (0.12), 0 (0.00)",
    ]
    assert capsys.readouterr().out.splitlines() == lines
    assert show.plain(PREDICTIONS, width=20).splitlines() == lines  # however narrow
    assert "7 (0.88), 8 (0.12)" in Page(show.page(PREDICTIONS)).text


def test_a_data_set(capsys):
    show.on_terminal(DATA_SUMMARY)
    assert capsys.readouterr().out == (
        "MNIST: every file is valid\n"
        "  train-images-idx3-ubyte  60000 x 28 x 28  SHA-256 as published\n"
        "    /data/images\n"
        "  train-labels-idx1-ubyte  3  structure checked\n"
        "    /data/labels\n"
        "Written to out\n"
    )
    unnamed = dataclasses.replace(DATA_SUMMARY, set=None, exported_to=None)
    assert show.plain(unnamed).startswith("A set without a known name: every file is valid\n")
    assert "Written" not in show.page(unnamed)


def test_a_training():
    shown = show.plain(TRAINING)
    assert "status: interrupted\nsteps: 858\naccuracy: 0.9650\ntime: 0.5 minutes\n" in shown
    assert "3,388,026" in shown and "infinite" in shown
    unfinished = dataclasses.replace(TRAINING, epochs=(), accuracy=None)
    assert "accuracy:" not in show.plain(unfinished)
    assert "Training run, interrupted" in Page(show.page(unfinished)).texts


@pytest.mark.parametrize("kind", results.KINDS)
def test_hostile_texts_are_escaped(kind):
    result = accepted(SAMPLES[kind], HOSTILE)
    page = show.page(result)
    Page(page)
    assert not {"\u202e", "\x1b", "\ud800"} & set(page)
    assert "&lt;script&gt;" in page or kind == "evaluation"
    shown = show.plain(result)
    assert not {"\u202e", "\x1b", "\ud800"} & set(shown)
    page.encode(), shown.encode()


@pytest.mark.parametrize("number", ODD_NUMBERS)
@pytest.mark.parametrize("kind", results.KINDS)
def test_any_number_can_be_shown(kind, number):
    result = accepted(SAMPLES[kind], number)
    Page(show.page(result))
    assert show.plain(result)


def test_markup_emoji_and_controls_stay_texts_on_the_terminal():
    shown = terminal.plain([Text("[b]a  b[/b] :boom: \x1b[2J\n"), Table("", ["x"], [["[/x]"]])])
    assert shown.startswith("[b]a  b[/b] :boom: \\x1b[2J\\n\n") and "[/x]" in shown


BLOCKS = [
    Heading("Title"),
    Text("A `long` line: " + 60 * "word ", quiet=True),
    Text("further in", indent=4),
    Entry("name", "About it. " * 12),
    Facts({"seed": 0, "nothing": "", "none": None, "name": "a b"}),
    Table(
        "Numbers",
        ["tensor", "size"],
        [["W", Mark("1 < 2", "bad")], ["b", 3], ["c", "4", "more"]],
        left=["tensor"],
        notes=["size: `in` bytes"],
    ),
]


def test_blocks_on_the_terminal():
    lines = terminal.plain(BLOCKS, width=40).splitlines()
    assert (
        lines[0] == "Title" and lines[1].startswith("A `long` line: word") and len(lines[1]) > 300
    )
    assert lines[2:4] == ["    further in", "name"]
    assert all(line.startswith("  About") or len(line) <= 78 for line in lines[4:6])
    assert lines[6:8] == ["seed: 0", "name: a b"]
    assert [line.split() for line in lines[8:]] == [
        ["Numbers"], [], ["tensor", "size"], lines[11].split(),
        ["W", "1", "<", "2"], ["b", "3"], ["c", "4", "more"], [], ["size:", "`in`", "bytes"],
    ]  # fmt: skip


def test_blocks_on_a_page():
    page = html.plain_page("All <blocks>", BLOCKS)
    Page(page)
    assert "<title>All &lt;blocks&gt;</title>" in page and "<h1>All &lt;blocks&gt;</h1>" in page
    assert '<h2>Title</h2><p class="quiet">A <code>long</code> line' in page
    assert "<dl><div><dt>seed</dt><dd>0</dd></div><div><dt>name</dt>" in page
    assert '<th scope="col">tensor</th><th scope="col" class="number">size</th>' in page
    assert '<td>W</td><td class="number"><span class="bad">1 &lt; 2</span></td>' in page
    assert "<td>more</td>" in page and "<p>size: <code>in</code> bytes</p>" in page


def test_what_is_no_block_is_refused():
    for render in (terminal.plain, lambda blocks: html.plain_page("", blocks)):
        with pytest.raises(TypeError, match="str is not a block"):
            render(["text"])


def test_elements():
    assert html.tag("p", "a<b", html.tag("b", 1), class_="x'", aria_label="y") == (
        '<p class="x&#x27;" aria-label="y">a&lt;b<b>1</b></p>'
    )
    table = html.table("sizes", ["", "<n>"], [["a", html.cell(1, colspan=2)]], class_="wide")
    assert table == (
        '<div class="scroll" tabindex="0" role="region" aria-label="sizes"><table class="wide">'
        '<thead><tr><th scope="col"></th><th scope="col">&lt;n&gt;</th></tr></thead>'
        '<tbody><tr><th scope="row">a</th><td colspan="2">1</td></tr></tbody></table></div>'
    )
    assert "<td>a</td>" in html.table("", [""], [["a"]], row_headings=False)


def test_texts():
    assert texts.printable(" a\tb\n\x00\u202e\u00e9 ") == "a b \ufffd\ufffd\u00e9"
    assert texts.in_words({"cores": 2, "simd": True, "gpu": None}) == "cores 2, simd yes, gpu "


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (numbers.count, {1234567: "1,234,567", None: "-"}),
        (
            numbers.three_digits,
            {0: "0", 999.5: "1e+03", 1000: "1,000", -12345.6: "-12,346", 1e6: "1e+06",
             math.inf: "infinite", math.nan: "not a number"},
        ),
        (
            numbers.two_digits,
            {0.00123: "0.0012", 123456: "1.23e+05", -math.inf: "infinite",
             math.nan: "not a number"},
        ),
        (
            numbers.loss,
            {12.345: "12.3", 1237214.4: "1,237,214", -1.5e13: "-1.5e+13", 1e6: "1,000,000",
             math.inf: "infinite", math.nan: "not a number"},
        ),
        (numbers.accuracy, {0.97916: "0.9792", 1: "1.0000", None: "-"}),
        (numbers.deviation, {0.00123: "0.0012", None: ""}),
        (numbers.probability, {0.125: "0.12"}),
        (numbers.difference, {0: "equal", 1.25e-7: "1.2e-07"}),
        (numbers.percent, {0.123: "12%"}),
        (numbers.exact_percent, {0.1234: "12.3%"}),
        (numbers.times, {1.234: "1.23"}),
        (numbers.milliseconds, {0.01234: "12.3", 0.12345: "123.5", 1.2345: "1,234", None: "-"}),
        (numbers.fine_milliseconds, {0.00123: "1.23", 1.5: "1,500.00"}),
        (numbers.tenths, {12.34: "12.3"}),
        (numbers.hundredths, {1.234: "1.23"}),
        (numbers.duration, {90: "1.5 minutes", 7200: "2.0 hours"}),
        (numbers.rate, {12345.6: "12,346"}),
        (numbers.megabytes, {1.5e9: "1,500"}),
    ],
)  # fmt: skip
def test_number_formats(write, expected):
    assert {value: write(value) for value in expected} == expected


def test_every_number_format_is_tested():
    tested = {write.__name__ for write, _ in test_number_formats.pytestmark[0].args[1]}
    public = {name for name, one in vars(numbers).items() if callable(one)}
    assert tested == public
