"""A command in a process of its own: how it ends is told, and signals reach it."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from legacy_cnn import cli
from legacy_cnn.processes import supervised


@pytest.fixture
def runs(monkeypatch):
    """Has a Python program stand for the command."""

    def runs(code):
        monkeypatch.setattr(supervised, "INTERPRETER", (sys.executable, "-c", code))
        return supervised.run(["word"])

    return runs


def test_the_exit_status_is_its_own(runs):
    code = "import os, sys; sys.exit(3 if 'LEGACY_CNN_SUPERVISED' in os.environ else 4)"
    assert runs(code) == (3, "")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SIGABRT", "it asks for what TensorFlow does not survive"),
        ("SIGKILL", "there may not be enough memory"),
        ("SIGXCPU", "an operation takes longer than it may"),
    ],
)
def test_the_signal_that_ended_it_is_named(runs, name, reason):
    status, told = runs(f"import os, signal; os.kill(os.getpid(), signal.{name})")
    assert status == -getattr(signal, name)
    assert told == f"A graph from a file has ended the program ({name}): {reason}."


def test_a_signal_is_passed_on(runs, monkeypatch):
    before, forwarded = signal.getsignal(signal.SIGTERM), supervised._forwarded

    @contextlib.contextmanager
    def sent(process):
        with forwarded(process) as received:
            os.kill(os.getpid(), signal.SIGTERM)
            yield received

    monkeypatch.setattr(supervised, "_forwarded", sent)
    assert runs("import time; time.sleep(60)") == (128 + signal.SIGTERM, "")
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_is_late_ends_itself():
    code = (
        "import time\nfrom legacy_cnn.processes.supervised import ended_after\n"
        "with ended_after(5): pass\n"
        "with ended_after(0.2): time.sleep(60)"
    )
    environment = {**os.environ, "LEGACY_CNN_SUPERVISED": "1"}
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env=environment)
    assert done.returncode == -signal.SIGXCPU and time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("words", "supervises"),
    [
        (["parity", "x.npz"], True),
        (["parity", "keras", "--reference", "x.meta"], True),
        (["parity", "keras", "--reference", "x.meta", "--trust"], False),
        (["parity", "keras", "--reference", "x.py"], False),
        (["inspect", "x.pb"], True),
        (["inspect"], False),
        (["port", "x.pbtxt"], True),
        (["convert", "x", "y.npz"], False),
        (["convert", "x", "y.keras", "--into", "z:port"], True),
        (["convert", "x", "y.keras", "--into", "z:port", "--trust"], False),
    ],
)
def test_graphs_from_files_are_supervised(words, supervises, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["legacy-cnn", *words])
    monkeypatch.setattr(supervised, "run", lambda words: (-6, "Told."))
    arguments = cli.parser().parse_args(words)
    monkeypatch.setattr(arguments.command, "run", lambda arguments: 5)
    failed = getattr(arguments.command, "FAILED", 1)
    assert cli.main() == (failed if supervises else 5)
    assert capsys.readouterr().err == ("legacy-cnn: Told.\n" if supervises else "")
    monkeypatch.setenv("LEGACY_CNN_SUPERVISED", "1")
    assert cli.main() == 5
