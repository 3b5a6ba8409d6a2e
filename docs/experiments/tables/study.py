"""The tables of docs/results.md and of the README, from the recorded study."""

import contextlib
import io
import os
from unittest import mock

from experiments.recorded import markdown, read
from legacy_cnn.study import table
from legacy_cnn.study.table import deviation, refused, where


def _trained(study):
    return {name: each for name, each in study["variants"].items() if each["training"]}


def accuracies():
    """Every variant that is trained: its accuracy over seeds, and a published run's."""
    study = read("study")
    rows = []
    for each in _trained(study).values():
        own, theirs = each["accuracy"], each["published"] and each["published"]["accuracy"]
        published = (
            f"{each['published']['id']}: {theirs['value']:.4f}, {where(theirs)}" if theirs else ""
        )
        rows.append(
            [
                each["title"],
                f"{own['mean']:.4f}",
                deviation(own["deviation"], ".4f"),
                f"{own['least']:.4f} - {own['most']:.4f}",
                published,
            ]
        )
    header = ["Variant", "Mean", "Std. deviation", "Range", "Published run, compared with ours"]
    return markdown(header, rows)


def losses():
    """Losses of every epoch, mean and range over seeds, beside the published ones."""
    study = read("study")
    published = {each["id"]: each["losses"] for each in study["published"]}
    columns = {
        "With dropout": _spreads(study, "fixed"),
        "C2": published["C2"],
        "Without dropout": _spreads(study, "no-dropout"),
        "C1": published["C1"],
        "Scaled initial weights": _spreads(study, "scaled"),
    }
    rows = [
        [epoch, *(_cell(column, epoch) for column in columns.values())]
        for epoch in range(len(columns["Without dropout"]))
    ]
    return markdown(["Epoch", *columns], rows, 0)


def _spreads(study, variant):
    return study["variants"][variant]["epochs"]["loss"]


def _cell(column, epoch):
    if epoch >= len(column):
        return ""
    value = column[epoch]
    if not isinstance(value, dict):
        return f"{value:,.0f}"
    return f"{value['mean']:,.0f} ({value['least']:,.0f} - {value['most']:,.0f})"


def dropout():
    """Accuracy after every epoch with the dropout of the evaluation off, and on."""
    epochs = read("study")["variants"]["fixed"]["epochs"]
    names = ("test_accuracy", "test_accuracy_dropout_on")
    rows = [
        [epoch, *(f"{each['mean']:.4f}" for each in pair)]
        for epoch, pair in enumerate(zip(*(epochs[name] for name in names), strict=True))
    ]
    return markdown(["Epoch", "Dropout off", "Dropout on"], rows, 0)


def variants():
    """Every variant with its lesson, and what TensorFlow says to those that it refuses."""
    parts = []
    for each in read("study")["variants"].values():
        said = "" if each["training"] else f" `{refused(each['refused'])}`"
        parts.append(f"- **{each['title']}.**{said} {each['lesson']}")
    return "\n".join(parts)


def printed():
    """What the command prints of the figures, on a terminal of 80 columns."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), mock.patch.dict(os.environ, COLUMNS="80"):
        table.show(read("study"))
    figures, _ = said.getvalue().split("as published:", 1)
    lines = [line.rstrip() for line in figures.splitlines()]
    return "\n".join(["```", *lines, "```"])


def sources():
    """Where the published runs are from."""
    return "\n".join(
        f"- {each['id']}: {each['source']}; {each['variant']}; accuracy {each['accuracy']}."
        for each in read("study")["published"]
    )


def recorded_with():
    """The command, versions and machine of the study."""
    study = read("study")
    (made,) = study["made_with"]
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    runs = [run for each in study["trainings"].values() for run in each]
    minutes = sum(run["seconds"] for run in runs) / 60
    machine = made["machine"]
    return (
        f"`{' '.join(study['command'])}`: {len(runs)} trainings of "
        f"{len(runs[0]['epochs'])} epochs, {minutes:.0f} minutes in total, with {made['threads']} "
        f"threads on {machine['cores']} cores of an {machine['processor']}; {versions}."
    )
