"""What a program prints in an old release, and here."""

import sys
from types import SimpleNamespace

import pytest

from legacy_cnn import show
from legacy_cnn.compat import against

pytestmark = pytest.mark.tensorflow

SCRIPT = """
import sys
print("Extracting", "MNIST_data/train-images-idx3-ubyte.gz" if "legacy_cnn" in sys.modules else "")
print("loss", 0.5 if "legacy_cnn" in sys.modules else 0.50001)
print("same", 3)
print(sys.argv[1:], "here" if "legacy_cnn" in sys.modules else "there")
"""


def test_lines_are_compared_and_numbers_to_rounding(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT)
    release = SimpleNamespace(python=sys.executable, version="1.15.5")
    monkeypatch.setattr(against.environments, "find", lambda name: release)
    result = against.compare("1.15", ["script.py", "--steps", "2"])
    assert [(line.number, line.same) for line in result.lines] == [(1, True), (2, True), (3, False)]
    assert not result.same and (result.status_there, result.status_here) == (0, 0)
    shown = show.plain(result)
    assert "1 of 3 lines differ, the first is line 3." in shown and "there" in shown


@pytest.mark.parametrize(
    ("there", "here", "same"),
    [
        ("loss 0.5 [1 2]", "loss 0.50001 [1  2]", True),
        ("loss 0.5", "loss 0.51", False),
        ("1e-05", "1.00001e-05", True),
        ("-3", "3", False),
        ("step 3", "stop 3", False),
        ("a", None, False),
    ],
)
def test_what_counts_as_the_same_line(there, here, same):
    assert against._is_same(there, here) is same


@pytest.mark.parametrize(
    ("script", "status", "verdict"),
    [
        ("print(1)", 0, "All 1 lines are the same, numbers to rounding."),
        ("", 0, "Neither printed anything."),
        ("raise SystemExit(3)", 3, "Both ended with exit status 3."),
    ],
)
def test_what_neither_printed_is_told(tmp_path, monkeypatch, script, status, verdict):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text(script)
    command = SimpleNamespace(python=sys.executable, version="1.3.0")
    monkeypatch.setattr(against.environments, "find", lambda name: command)
    real, commands = against._run, []

    def run(words, path=None):
        commands.append(words)
        return real([sys.executable, "script.py"])

    monkeypatch.setattr(against, "_run", run)
    result = against.compare("1.3", ["script.py"])
    assert result.status_here == status and verdict in show.plain(result)
    assert "1.4.0" in commands[0]  # the nearest that can be served
