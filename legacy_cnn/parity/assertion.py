"""The comparison as an assertion of a test."""

from typing import Any

from legacy_cnn import show
from legacy_cnn.parity.ladder import compare
from legacy_cnn.results import Report


def assert_same_program(candidate: Any, **arguments: Any) -> Report:
    """Asserts that a port is the same program as the reference.

    Args:
      candidate: as for `compare`.
      **arguments: as for `compare`.

    Returns:
      The report.

    Raises:
      AssertionError: the programs differ, or something that the reference has was not compared
        and `except_for` does not leave it out; the message is the report.
      ParityError: the two programs cannot be compared.
    """
    report = compare(candidate, **arguments)
    if not report.same:
        raise AssertionError(show.plain(report))
    return report
