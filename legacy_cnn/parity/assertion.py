"""The comparison as an assertion of a test."""

from typing import Any

from legacy_cnn import show
from legacy_cnn.parity.ladder import compare
from legacy_cnn.results import Report
from legacy_cnn.show.report.words import verdict


def assert_same_program(candidate: Any, **arguments: Any) -> Report:
    """Asserts that a port is the same program as the reference.

    Args:
      candidate: as for `compare`.
      **arguments: as for `compare`.

    Returns:
      The report.

    Raises:
      AssertionError: the programs differ; the message is the verdict and the table.
      ParityError: the two programs cannot be compared.
    """
    report = compare(candidate, **arguments)
    if not report.same:
        # The first line is all that the summary of a test run shows.
        raise AssertionError(f"{verdict(report)}\n{show.plain(report)}")
    return report
