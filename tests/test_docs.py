"""What the pages say is what is so."""

import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from conftest import command, exact
from legacy_cnn import cli
from legacy_cnn.lessons import BLOCK, Lesson, lessons
from legacy_cnn.lessons.running import replayed

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
HOW_TO = sorted((ROOT / "docs" / "how-to").glob("*.md"))
LESSONS = [each.path for each in lessons()]
#: docs/lessons is the site's copy of the lessons.
DOCS = [page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent.name != "lessons"]
PAGES = [ROOT / "README.md", *DOCS, *LESSONS]


@pytest.fixture(scope="module")
def render():
    specification = importlib.util.spec_from_file_location(
        "render", ROOT / "docs" / "results" / "render.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_pages_numbers_are_the_recorded_ones(render):
    assert render.README.read_text() == README
    for path in render.PAGES:
        assert render.rendered(path) == path.read_text(), "run docs/results/render.py"


def test_the_recorded_run_is_the_defaults_on_mnist():
    run = json.loads((ROOT / "docs" / "results" / "train.json").read_text())
    assert run["config"]["command"] == ["legacy-cnn", "train"]
    assert run["config"]["data"]["name"] == "MNIST" and run["results"]["status"] == "complete"
    assert len(run["results"]["epochs"]) == 10 and run["results"]["accuracy"] > 0.97


def test_python_blocks_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        names = {}
        exec(compile(block, "README.md", "exec"), names)
        assert names["images"].shape == (128, 784) and names["labels"].shape == (128, 10)


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_blocks_of_how_to_print_what_is_shown(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_port.py").write_text("from legacy_cnn.ports.keras import build_model as build")
    text = page.read_text()
    blocks = [each["code"] for each in BLOCK.finditer(text)]
    assert exact(replayed(Lesson(0, page))) == exact(text)
    assert blocks or page.stem == "reproduce"


#: What stands for something else in a command.
PLACEHOLDERS = {"COMMAND": "data"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_are_accepted(page):
    """Every `legacy-cnn` line of a page parses; of the README those within a text, too."""
    commands = r"^legacy-cnn .*" + r"|`legacy-cnn [a-z][^`]*`" * (page.name == "README.md")
    for line in re.findall(commands, page.read_text(), re.MULTILINE):
        given, *_ = line.strip("`").replace("\n", " ").split(">")
        words = shlex.split(given, comments=True)
        cli.parser().parse_args([PLACEHOLDERS.get(word, word) for word in words[1:]])


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


def test_the_versions_said_are_the_versions_pinned():
    configuration = (ROOT / "setup.cfg").read_text()
    python = SpecifierSet(re.search(r"python_requires = (\S+)", configuration)[1])
    assert [f"3.{minor}" for minor in range(9, 16) if f"3.{minor}" in python] == [
        "3.11", "3.12", "3.13",
    ]  # fmt: skip
    assert "TensorFlow 2.21 and NumPy 2.4 and 2.5 on Python 3.11, 3.12 and 3.13" in README
    assert "tensorflow >=2.21,<2.22" in configuration
    assert "numpy >=2.4,<2.6" in configuration


def test_the_exit_status_of_help_is_0():
    done = command("--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: legacy-cnn")
