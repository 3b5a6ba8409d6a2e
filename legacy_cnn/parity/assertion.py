"""The comparison as an assertion of a test."""

from legacy_cnn.parity.ladder import compare
from legacy_cnn.parity.table import text


def assert_same_program(candidate, **arguments):
    """Asserts that a port is the same program as the reference.

    Args:
      candidate: as for `compare`.
      **arguments: as for `compare`.

    Returns:
      The `Report`.

    Raises:
      AssertionError: it is not; the message is the table.
      ParityError: the two cannot be compared.
    """
    report = compare(candidate, **arguments)
    if not report.same:
        raise AssertionError("\n" + text(report))
    return report
