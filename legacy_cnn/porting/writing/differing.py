"""Where a port differs: a comment at its line."""

from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.results import Report


def commented(lines: list[Line], report: Report) -> list[Line]:
    """The lines with a comment before the one that computes what differs first."""
    if report.first is None:
        return lines
    rung, finding = report.first
    name = finding.tensor.partition(":")[0].partition(" (")[0]
    at = next((at for at, line in enumerate(lines) if name in line.operations), None)
    if at is None:
        at = next((at for at, line in enumerate(lines) if "model.compile(" in line.text), 0)
    indent = lines[at].text[: len(lines[at].text) - len(lines[at].text.lstrip())]
    said = Line(f"{indent}# Differs from the script on the rung {rung.name}: {finding.tensor}.")
    return [*lines[:at], said, *lines[at:]]
