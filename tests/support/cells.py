"""Runs the cells of a notebook, file by file, as Jupyter would: `python cells.py NOTEBOOK ANSWER`.

Two things of IPython's are in them: a cell that writes a file, and a line that calls Python. And
IPython keeps the source of a cell.
"""

import linecache
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat

WRITES = re.compile(r"%%writefile (\S+)\n")
CALLS = re.compile(r"^( *)!\{sys\.executable\} (.*)$", re.MULTILINE)


def call(line):
    subprocess.run([sys.executable, *shlex.split(line)], check=True)


def run(notebook, answer):
    """Runs all code; the cell that writes a file writes `answer`."""
    names = {"__name__": "__main__", "call": call}
    for cell in nbformat.read(notebook, 4).cells:
        if cell.cell_type != "code":
            continue
        if written := WRITES.match(cell.source):
            Path(written[1]).write_text(answer)
            continue
        source = CALLS.sub(lambda found: f"{found[1]}call({found[2]!r})", cell.source)
        name = f"{notebook} {cell.id}"
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)  # AutoGraph reads the source
        exec(compile(source, name, "exec", dont_inherit=True), names)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]).read_text())
