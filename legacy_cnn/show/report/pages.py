"""A report as one page of HTML to open, mail, print or project."""

import math
from pathlib import Path

from legacy_cnn.results import Report
from legacy_cnn.results.report import PASSED, Figures, Finding, Rung
from legacy_cnn.show import html
from legacy_cnn.show.html import Html, definitions, tag
from legacy_cnn.show.numbers import accuracy, count, tenths
from legacy_cnn.show.report import charts, ladder, pairs
from legacy_cnn.show.report.conclusion import lines, state, verdict
from legacy_cnn.show.report.listing import title
from legacy_cnn.show.report.words import both, left_out, multiple, named, not_compared, sizes
from legacy_cnn.show.texts import in_words, setting_name


def page(report: Report) -> str:
    """Returns the page; all texts of the report are escaped."""
    first = report.first
    return html.page(
        Path(__file__).with_name("report"),
        title=title(report),
        state=state(report),
        verdict=verdict(report),
        lines=Html("\n".join(tag("p", line) for line in lines(report))),
        facts=definitions(_facts(report)),
        ladder=ladder.section(report),
        pairs=pairs.section(report),
        difference=_difference(*first) if first else "",
        rungs=Html("\n".join(charts.rungs(report))),
    )


def _facts(report: Report) -> dict[str, object]:
    settings = {setting_name(name): in_words(value) for name, value in report.setting.items()}
    return {
        "candidate": report.candidate,
        "reference": report.reference,
        "passed": named(report, PASSED),
        "not compared": not_compared(report),
        "left out": left_out(report),
        "accuracy": in_words({who: accuracy(value) for who, value in report.accuracy.items()}),
        **settings,
        "time": f"{tenths(report.seconds)} seconds",
    }


def _difference(rung: Rung, finding: Finding) -> Html:
    """The first difference in detail."""
    facts = {
        "rung": f"{rung.name}: {rung.compares}" if rung.compares else rung.name,
        "tensor": finding.tensor,
        "step": finding.step,
        **(_values(finding, finding.figures) if finding.figures else {}),
        "place": finding.place,
        "cause": finding.cause,
        "note": finding.note,
    }
    return tag("section", tag("h2", "First difference"), definitions(facts), class_="first")


def _values(finding: Finding, figures: Figures) -> dict[str, object]:
    """Both values where the tensors differ most, and how far they are apart."""
    return {
        "index": list(figures.index) if figures.index else "none, it is a single number",
        "values there": both(figures),
        "difference": ", ".join(filter(None, [multiple(figures), sizes(figures)])),
        "tolerance": " or ".join(ladder.allowed(finding.tolerance)),
        "unequal": f"{count(figures.unequal)} of {count(math.prod(figures.shape))} elements",
        "type, shape": f"{figures.dtype} {list(figures.shape)}",
    }
