"""A report as a few lines of Markdown, for the summary of a job on GitHub."""

from legacy_cnn.results import Report
from legacy_cnn.results.report import FAILED, PASSED, Rung
from legacy_cnn.show.report.conclusion import lines, verdict
from legacy_cnn.show.report.ladder import note
from legacy_cnn.show.texts import printable

_SIGNS = {PASSED: "\u2713", FAILED: "\u2717"}


def summary(report: Report) -> str:
    """Returns the verdict, what follows it, and a table of the rungs."""
    return "\n".join(
        [
            f"### {_plain(report.candidate)}: {_plain(verdict(report))}",
            "",
            *(f"{_plain(line)}\n" for line in lines(report)),
            "| Rung | |",
            "| --- | --- |",
            *map(_row, report.rungs),
            "",
        ]
    )


def of_error(candidate: str, sentence: str) -> str:
    """Returns the summary of a comparison that could not be made."""
    return f"### {_plain(candidate)}: could not be compared\n\n{_plain(sentence)}\n"


def _row(rung: Rung) -> str:
    sign = _SIGNS.get(rung.status, "\u2013")
    return f"| {sign} {_plain(rung.name)} | {_plain(_detail(rung))} |"


def _detail(rung: Rung) -> str:
    if rung.first:
        return note(rung.first)
    return rung.status if rung.status == PASSED else f"{rung.status}: {rung.reason}".rstrip(": ")


def _plain(text: str) -> str:
    """A text without what Markdown or HTML would make of it."""
    escaped = printable(text).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for character in "`*_[]|#!":
        escaped = escaped.replace(character, f"\\{character}")
    return escaped
