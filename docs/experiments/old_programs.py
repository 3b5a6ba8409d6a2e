"""Runs public TensorFlow 1 programs to their ends with `legacy-cnn run`.

The folder has the programs as raw.githubusercontent.com has them, OWNER/NAME/COMMIT/PATH, with what
lies beside each:

    git clone https://github.com/OWNER/NAME
    mkdir -p FOLDER/OWNER/NAME/COMMIT
    git -C NAME archive COMMIT | tar -x -C FOLDER/OWNER/NAME/COMMIT

A program that is done is recorded at once, so the experiment can be stopped, and resumed with the
same command.
"""

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.support import recorded
from experiments.support.old_programs import PROGRAMS, OldProgram

HELP = "run public TensorFlow 1 programs to their ends"
WRITES = ("old_programs.json",)
TAKES = "an hour; some of the programs need scipy"

#: What runs a program.
COMMAND = (sys.executable, "-m", "legacy_cnn", "run", "--headless")
#: The last line of ours, on stderr.
_RELEASE = re.compile(r"^legacy-cnn: ran as TensorFlow ([\d.]+)", re.MULTILINE)


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        type=Path,
        help="has the programs, as OWNER/NAME/COMMIT/PATH of GitHub",
    )
    parser.add_argument("--only", metavar="WORD", default="", help="runs programs with it in name")


def run(arguments: argparse.Namespace) -> None:
    target = recorded.target(arguments, WRITES[0])
    runs: dict[str, Any] = json.loads(target.read_text())["runs"] if target.exists() else {}
    command = [*COMMAND, "--max-steps", "2"] if arguments.quick else COMMAND
    for program in PROGRAMS:
        done = runs.get(program.name, {}).get("status") == 0
        if done or arguments.only not in program.name:
            continue
        print(program.name, file=sys.stderr)
        runs[program.name] = taken(program, arguments.folder, command)
        ordered = {each.name: runs[each.name] for each in PROGRAMS if each.name in runs}
        recorded.write(arguments, WRITES[0], {"runs": ordered})


def taken(program: OldProgram, folder: Path, command: Sequence[str]) -> dict[str, Any]:
    """Runs a program in a copy of its directory.

    Args:
      program: which.
      folder: has the programs.
      command: what runs a script that is its last word.

    Returns:
      "status", "seconds", "cpu_seconds" of all threads, "release" and "number": the last that the
      pattern finds, or None.
    """
    source = folder / program.name
    begin, worked = time.monotonic(), _children()
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "program"
        shutil.copytree(source.parent, copy)
        done = subprocess.run(
            [*command, source.name],
            cwd=copy,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    found = re.findall(program.pattern, done.stdout + done.stderr)
    return {
        "status": done.returncode,
        "seconds": round(time.monotonic() - begin, 1),
        "cpu_seconds": round(_children() - worked, 1),
        "release": (_RELEASE.findall(done.stderr) or [None])[-1],
        "number": float(found[-1]) if found else None,
    }


def _children() -> float:
    """The CPU time of all processes that were waited for, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
