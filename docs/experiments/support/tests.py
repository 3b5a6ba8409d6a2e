"""Runs tests for what they note as properties in their JUnit report."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from experiments.support.recorded import RESULTS
from legacy_cnn.errors import BenchError

_ROOT = RESULTS.parents[1]


def properties(
    file: str, name: str, selection: str = "", *, may_fail: bool = False
) -> list[dict[str, Any]]:
    """Runs the tests of a file, slow ones as well.

    Args:
      file: in tests/.
      name: of the property.
      selection: pytest's `-k`; "" is all.
      may_fail: whether a failed test is recorded like any other.

    Returns:
      The values of the property, JSON, in the order of the tests.

    Raises:
      BenchError: pytest did not run the tests, or one failed that may not.
    """
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.xml"
        command = [
            sys.executable, "-m", "pytest", "-q", str(_ROOT / "tests" / file),
            "-m", "slow or not slow", "-k", selection,
            # The only format of pytest's in which a test has properties.
            f"--junitxml={report}", "-o", "junit_family=xunit1",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=_ROOT, stdout=sys.stderr, check=False)
        if done.returncode not in ((0, 1) if may_fail else (0,)):
            raise BenchError(f"pytest ended with exit status {done.returncode}.")
        found = ElementTree.parse(report).iter("property")
        return [json.loads(each.attrib["value"]) for each in found if each.get("name") == name]
