"""Draws a terminal in which an old script runs and is ported: the front page's picture."""

import argparse
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.support.recorded import RESULTS

HELP = "run an old script and port it, and draw the terminal"
WRITES = ("terminal.svg",)
TAKES = "a minute"

#: The page whose first script is run.
PAGE = RESULTS.parent / "how-to" / "old-script.md"
#: What is typed in the terminal.
COMMANDS = (("run", "old.py"), ("port", "old.py"))
WIDTH = 112


def run(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "old.py").write_text(script())
        shown = [(words, output(words, directory)) for words in COMMANDS]
    (RESULTS / "terminal.svg").write_text(drawn(shown))


def script() -> str:
    """The old script that the page shows."""
    found = re.search(r"```\n(import tensorflow as tf\n.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def output(words: tuple[str, ...], directory: str) -> str:
    """What a command of this package prints, on both streams."""
    command = [sys.executable, "-m", "legacy_cnn", *words]
    pipe, same = subprocess.PIPE, subprocess.STDOUT
    ended = subprocess.run(command, cwd=directory, text=True, check=True, stdout=pipe, stderr=same)
    return ended.stdout


def drawn(shown: Sequence[tuple[tuple[str, ...], str]]) -> str:
    """The terminal as SVG, without fonts from elsewhere."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for words, text in shown:
        console.print(Text(f"$ legacy-cnn {' '.join(words)}", style="bold green"))
        console.print(Text(text))
    svg = console.export_svg(title="legacy-cnn", unique_id="terminal")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, ", "")
