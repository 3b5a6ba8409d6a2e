"""What a program prints in an old release of TensorFlow, and what it prints here."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Sequence

from legacy_cnn.compat import stated
from legacy_cnn.originals import environments
from legacy_cnn.processes.guard import guarded
from legacy_cnn.results import PrintedComparison, PrintedLine

#: How far two numbers may lie apart that differ by rounding alone, relative to the larger.
_ROUNDING = 1e-4
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: What only the original's loader says, which had to download.
_LOADER = re.compile(r"(Extracting|Successfully downloaded) .*")


def compare(release: str, words: Sequence[str]) -> PrintedComparison:
    """Runs a program in both, in the current directory, and compares their lines on stdout.

    Args:
      release: one that `legacy-cnn originals` has set up.
      words: the script and its arguments, or `-m`, a module and its arguments.

    Raises:
      OriginalsError: the release is not set up.
    """
    environment = environments.find(release)
    seen = stated.nearest(environment.version) or environment.version
    # Here first: it puts MNIST where the old loader would have downloaded it.
    here = _run(
        [sys.executable, "-m", "legacy_cnn", "run", "--release", seen, *words],
        path=os.environ.get("PYTHONPATH"),  # which is not for an older Python
    )
    there = _run([str(environment.python), *words])
    pairs = itertools.zip_longest(_lines(there.stdout), _lines(here.stdout))
    lines = (
        PrintedLine(number, *pair, same=_is_same(*pair)) for number, pair in enumerate(pairs, 1)
    )
    return PrintedComparison(
        " ".join(words), environment.version, there.returncode, here.returncode, tuple(lines)
    )


def _run(command: list[str], path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs a command whose PYTHONPATH is `path`."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**environment, **({"PYTHONPATH": path} if path else {})},
    ) as process:
        try:
            with guarded(process):
                printed, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, printed)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not _LOADER.fullmatch(line)]


def _is_same(there: str | None, here: str | None) -> bool:
    """Whether two lines have the same words, and the same numbers to rounding."""
    if there is None or here is None:
        return False
    if _NUMBER.sub("#", there).split() != _NUMBER.sub("#", here).split():
        return False
    numbers = (map(float, _NUMBER.findall(line)) for line in (there, here))
    return all(
        abs(a - b) <= _ROUNDING * max(abs(a), abs(b), 1e-3) for a, b in zip(*numbers, strict=True)
    )
