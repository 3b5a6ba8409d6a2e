"""What the pages say is what is so."""

import configparser
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import legacy_cnn
from conftest import command, exact
from legacy_cnn import cli
from legacy_cnn.lessons import BLOCK, Lesson, lesson, lessons
from legacy_cnn.lessons.running import replayed

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
HOW_TO = sorted((ROOT / "docs" / "how-to").glob("*.md"))
#: A trace that how-to/record.md reads.
TRACE = ROOT / "tests" / "golden" / "originals" / "traces" / "1.4.0.npz"
LESSONS = [each.path for each in lessons()]
#: docs/lessons is the site's copy of the lessons.
DOCS = [page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent.name != "lessons"]
PAGES = [ROOT / "README.md", *DOCS, *LESSONS]
#: The README's sentence about the releases that were tested.
TESTED = re.search(r"^Tested with .*?\.$", README, re.MULTILINE | re.DOTALL)[0]


@pytest.mark.tensorflow
def test_the_pages_numbers_are_the_recorded_ones():
    from experiments.tables import pages

    assert pages.README.read_text() == README
    for path in pages.PAGES:
        assert pages.rendered(path) == path.read_text(), "run python docs/experiments render"


def test_the_accuracies_of_lesson_7_are_the_recorded_ones():
    study = json.loads((ROOT / "docs" / "results" / "study.json").read_text())
    epochs = study["variants"]["fixed"]["epochs"]
    off, on = epochs["test_accuracy"], epochs["test_accuracy_dropout_on"]
    assert len(study["trainings"]["dropout"]) == 5 and len(off) == 10
    recorded = [f"{column[at]['mean']:.4f}" for at in (1, 9) for column in (off, on)]
    text = lesson(7).text
    paragraph = text[text.index("over the five seeds") : text.index("see [Results]")]
    assert re.findall(r"0\.\d+", paragraph) == recorded


def test_the_recorded_run_is_the_defaults_on_mnist():
    run = json.loads((ROOT / "docs" / "results" / "train.json").read_text())
    assert run["config"]["command"] == ["legacy-cnn", "train"]
    assert run["config"]["data"]["name"] == "MNIST" and run["results"]["status"] == "complete"
    assert len(run["results"]["epochs"]) == 10 and run["results"]["accuracy"] > 0.97


def test_the_version_to_cite_is_this_one():
    [cited] = re.findall(r"^  version = {(.*?)},$", README, re.MULTILINE)
    assert cited == legacy_cnn.__version__


def test_python_blocks_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        names = {}
        exec(compile(block, "README.md", "exec"), names)
        assert names["images"].shape == (128, 784) and names["labels"].shape == (128, 10)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "page",
    [  # this one trains
        pytest.param(page, id=page.stem, marks=pytest.mark.slow if page.stem == "predict" else ())
        for page in HOW_TO
    ],
)
def test_blocks_of_how_to_print_what_is_shown(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_port.py").write_text("from legacy_cnn.ports.keras import build_model as build")
    shutil.copy(TRACE, tmp_path / "trace.npz")
    text = page.read_text()
    blocks = [each["code"] for each in BLOCK.finditer(text)]
    assert exact(replayed(Lesson(0, page)).text) == exact(text)
    # What takes minutes is recorded, and tested elsewhere.
    assert blocks or page.stem in ("reproduce", "port-a-script", "cluster")


#: Words in the pages' commands that stand for something else.
PLACEHOLDERS = {"COMMAND": "data"}

#: Pages without a `legacy-cnn` command.
WITHOUT_COMMANDS = {
    "docs/how-to/look-inside.md",
    "docs/node-differences.md",
    "docs/robustness.md",
    *(
        f"docs/reference/{page}.md"
        for page in (
            "compat",
            "data",
            "errors",
            "originals",
            "parity",
            "program",
            "programs",
            "training",
            "weights",
        )
    ),
}


def name(page):
    return page.relative_to(ROOT).as_posix()


def commands(page):
    """The `legacy-cnn` lines of a page's blocks, and the `legacy-cnn` commands in its text."""
    text = page.read_text()
    lines = re.findall(r"^legacy-cnn .*", text, re.MULTILINE)
    in_text = [each.split() for each in re.findall(r"`(legacy-cnn [^`]+)`", text)]
    # A command's name alone stands for the command, whatever arguments it needs.
    return [*lines, *(" ".join(each if len(each) > 2 else [*each, "--help"]) for each in in_text)]


def test_commands_are_found_where_there_are_some():
    assert {name(page) for page in PAGES if not commands(page)} == WITHOUT_COMMANDS
    assert len(commands(ROOT / "README.md")) > 15


@pytest.mark.parametrize(
    ("page", "line"), sorted({(name(page), line) for page in PAGES for line in commands(page)})
)
def test_commands_are_accepted(page, line):
    given, *_ = line.split(">")
    words = shlex.split(given, comments=True)
    try:
        cli.parser().parse_args([PLACEHOLDERS.get(word, word) for word in words[1:]])
    except SystemExit as end:
        assert "--help" in words and end.code == 0


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), (page, target)


def test_the_page_of_lessons_links_to_each_lesson():
    page = ROOT / "docs" / "lessons.md"
    items = re.findall(r"^(\d+)\. \[(.*)\]\((.*)\)$", page.read_text(), re.MULTILINE)
    assert [
        (int(number), title, (page.parent / target).resolve()) for number, title, target in items
    ] == [(each.number, each.title, each.path) for each in lessons()]


def versions(package, text):
    """The releases that a page gives of a package: "2.4 and 2.5", or "3.11 to 3.13"."""
    listed = re.search(rf"{package} (\d+\.\d+(?:(?:, | and | to )\d+\.\d+)*)", text)[1]
    releases = [tuple(map(int, each.split("."))) for each in re.findall(r"\d+\.\d+", listed)]
    if " to " not in listed:
        return releases
    (major, first), (same, last) = releases
    assert major == same
    return [(major, minor) for minor in range(first, last + 1)]


def admitted(specifier):
    """The releases that a requirement admits, of those that may exist."""
    releases = [(major, minor) for major in range(1, 5) for minor in range(100)]
    return [each for each in releases if SpecifierSet(specifier).contains("{}.{}".format(*each))]


@pytest.fixture(scope="module")
def configuration():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


@pytest.mark.parametrize(("title", "package"), [("TensorFlow", "tensorflow"), ("NumPy", "numpy")])
def test_the_readme_gives_the_releases_that_are_required(title, package, configuration):
    required = configuration["options"]["install_requires"]
    specifier = re.search(rf"^{package} (.*)$", required, re.MULTILINE)[1]
    assert versions(title, TESTED) == admitted(specifier)


def test_the_pages_give_the_python_releases_that_are_required(configuration):
    required = admitted(configuration["options"]["python_requires"])
    classifiers = configuration["metadata"]["classifiers"]
    assert re.findall(r"Python :: (\d)\.(\d+)$", classifiers, re.MULTILINE) == [
        tuple(map(str, each)) for each in required
    ]
    assert versions("Python", TESTED) == required
    for page in (
        README,
        *((ROOT / "docs" / page).read_text() for page in ("index.md", "CONTRIBUTING.md")),
    ):
        assert versions("Python", page) == required


def test_the_exit_status_of_help_is_0():
    done = command("--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: legacy-cnn")
