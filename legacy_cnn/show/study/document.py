"""A study as one page of HTML to open, mail, print or project."""

import shlex
from collections.abc import Callable
from pathlib import Path

from legacy_cnn.results import Study
from legacy_cnn.results.study import Environment, RefusedVariant, TrainedVariant
from legacy_cnn.show import html
from legacy_cnn.show.html import Html, definitions, prose, tag
from legacy_cnn.show.numbers import duration
from legacy_cnn.show.study import accuracies, confusion, drawing, dropout, filters, losses
from legacy_cnn.show.study.summary import refused, title
from legacy_cnn.show.texts import in_words


def page(study: Study) -> str:
    """Returns the page; all texts of the study are escaped."""
    matrix, mistakes = confusion.sections(study) if study.specimens else ("", "")
    variants = (_variant(name, variant) for name, variant in study.variants.items())
    return html.page(
        Path(__file__).with_name("study"),
        title=title(study),
        facts=definitions(_facts(study)),
        accuracies=accuracies.section(study) if study.trained else "",
        losses=losses.section(study) if study.trained else "",
        dropout=dropout.section(study) if study.trained else "",
        filters=filters.section(study) if study.specimens else "",
        confusion=matrix,
        mistakes=mistakes,
        graph=drawing.section(study.graph) if study.graph else "",
        variants=tag("div", *variants, class_="variants"),
    )


def _facts(study: Study) -> dict[str, object]:
    runs = [run for own in study.trainings.values() for run in own]
    seconds = sum(run.seconds for run in runs)
    return {
        "variants": ", ".join(study.variants),
        "seeds": ", ".join(map(str, sorted({run.seed for run in runs}))),
        "epochs": ", ".join(map(str, sorted({len(run.epochs) for run in runs}))),
        "data": _distinct(
            study, lambda environment: environment.data.name or "a data set without a known name"
        ),
        "versions": _distinct(study, lambda environment: in_words(environment.versions)),
        "machine": _distinct(study, lambda environment: in_words(environment.machine)),
        "hosts": _hosts(study),
        "threads": _distinct(study, lambda environment: str(environment.threads)),
        "training time": f"{duration(seconds)} in total" if runs else "",
        "command": _command(study.command),
    }


def _hosts(study: Study) -> str:
    """Which trainings each of several machines has run."""
    hosts: dict[str, dict[str, None]] = {}
    for environment in study.made_with:
        hosts.setdefault(environment.host, {}).update(dict.fromkeys(environment.trainings))
    if len(hosts) < 2:
        return ""
    return "; ".join(f"{name or 'unknown'}: {', '.join(own)}" for name, own in hosts.items())


def _distinct(study: Study, text: Callable[[Environment], str]) -> str:
    return "; ".join(dict.fromkeys(text(environment) for environment in study.made_with))


def _command(arguments: tuple[str, ...]) -> Html:
    """A command that wraps between its arguments."""
    quoted = [tag("span", shlex.quote(argument)) for argument in arguments]
    return tag("code", Html(" ".join(quoted)), class_="command")


def _variant(name: str, variant: TrainedVariant | RefusedVariant) -> Html:
    parts = [tag("h3", name), tag("p", prose(variant.title), class_="title")]
    if isinstance(variant, RefusedVariant):
        parts.append(tag("p", refused(variant), class_="refused"))
    return tag("article", *parts, tag("p", prose(variant.lesson)))
