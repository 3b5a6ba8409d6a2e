"""A pytest plugin with the fixture `assert_same_program`.

Every pytest in an environment with this package loads it, so it imports TensorFlow only when the
fixture is used.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from legacy_cnn.parity import Report


@pytest.fixture
def assert_same_program(tmp_path: Path) -> "Callable[..., Report]":
    """`legacy_cnn.parity.compare` that fails the test unless the programs are the same.

    A failed test shows the report and the name of a file with all of it, or the sentence that says
    why nothing could be compared. Arguments are those of `compare`; what is not to be compared is
    named in `except_for`.
    """
    from legacy_cnn import parity, show
    from legacy_cnn.errors import LegacyCnnError

    def check(candidate: Any, **arguments: Any) -> "Report":
        __tracebackhide__ = True
        try:
            report = parity.compare(candidate, **arguments)
        except (LegacyCnnError, OSError) as error:
            pytest.fail(f"Could not be compared: {error}", pytrace=False)
        if not report.same:
            path = tmp_path / "parity-report.json"
            path.write_text(json.dumps(report.to_json(), indent=1), "utf-8")
            more = f"All of it: legacy-cnn show {path} (--html FILE for a page)"
            pytest.fail(f"{show.plain(report)}{more}", pytrace=False)
        return report

    return check
