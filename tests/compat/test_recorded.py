"""Small programs of `recorded/` print what they printed in TensorFlow 1.15.5.

To record one again, run it there: `python legacy_seq2seq.py > legacy_seq2seq.txt`.
"""

import importlib
import re
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tensorflow

FOLDER = Path(__file__).with_name("recorded")
HEADING = re.compile(r"^\[([a-z]\w+)\]$", re.MULTILINE)
#: How many cases of a program are compared in every run; the others are slow.
QUICK = 1
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")


def blocks():
    for path in sorted(FOLDER.glob("*.txt")):
        _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
        cases = zip(parts[::2], parts[1::2], strict=True)
        for number, (name, lines) in enumerate(cases):
            marks = pytest.mark.slow if number >= QUICK else ()
            identity = f"{path.stem}-{name}"
            yield pytest.param(path.stem, name, lines.strip("\n"), id=identity, marks=marks)


@pytest.fixture
def programs(old, monkeypatch):
    """The folder's modules, imported as a program's own."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == FOLDER:
            del sys.modules[name]


@pytest.mark.parametrize("program, case, expected", list(blocks()))
def test_what_the_release_printed(programs, capsys, tmp_path, monkeypatch, program, case, expected):
    monkeypatch.chdir(tmp_path)
    programs(program).CASES[case]()
    printed = capsys.readouterr().out.rstrip("\n")
    assert NUMBER.sub("#", printed) == NUMBER.sub("#", expected)
    numbers = [float(each) for each in NUMBER.findall(printed)]
    assert numbers == pytest.approx(
        [float(each) for each in NUMBER.findall(expected)], rel=5e-5, abs=2e-5
    )
