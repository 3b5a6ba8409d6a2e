"""results.json of a study: everything that its tables, plots and pages are made from."""

import dataclasses
import json
from importlib import resources

from legacy_cnn.declarations import command_line
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import figures
from legacy_cnn.study.variants import TRAININGS, VARIANTS
from legacy_cnn.training import record

#: What is kept of each epoch of a run.
KEPT = ("loss", "train_accuracy", "test_accuracy", "test_accuracy_dropout_on")


def published():
    """Other people's runs of this program: a list of dicts of id, source, variant, losses (one an
    epoch, the sum over its batches) and accuracy (0.0-1.0, on the whole test set)."""
    return json.loads(resources.files(__package__).joinpath("published.json").read_text())


def results(settings, variants, trainings, refused, specimens):
    """Joins what was found.

    Args:
      settings: the `StudySettings`.
      variants: names of the variants that were asked for.
      trainings: list of `Training`, done.
      refused: dict from each variant that was refused to what `refusals.refusal` returned.
      specimens: dict from trainings to what `specimen.look` returned.

    Returns:
      The content of results.json.
    """
    runs = {name: [_run(each) for each in trainings if each.name == name] for name in TRAININGS}
    runs = {name: each for name, each in runs.items() if each}
    return {
        "command": _command(settings),
        "made_with": _made_with(trainings),
        "published": published(),
        "variants": {name: _variant(VARIANTS[name], runs, refused.get(name)) for name in variants},
        "trainings": runs,
        "specimens": specimens,
    }


def _command(settings):
    """What makes the same study on the command line, a list of texts."""
    defaults, asked = dataclasses.asdict(StudySettings()), dataclasses.asdict(settings)
    others = {name: value for name, value in asked.items() if value != defaults[name]}
    return ["legacy-cnn", "reproduce", *command_line(StudySettings, others)]


def _made_with(trainings):
    """Versions, machine, threads and data; more than one if the runs' differ."""
    found = []
    for each in trainings:
        config = each.run.read_config()
        for ground in (config, *config.get("gone_on_with", ())):
            one = {name: ground[name] for name in record.ENVIRONMENT}
            one |= {"data": config["data"], "threads": config["settings"]["threads"]}
            if one not in found:
                found.append(one)
    return found


def _run(training):
    result = training.run.read_results()
    return {
        "seed": training.seed,
        "epochs": [{name: getattr(each, name) for name in KEPT} for each in result.epochs],
        "seconds": result.seconds.training,
        "weights_sha256": result.weights_sha256,
    }


def _variant(variant, runs, refused):
    described = {"title": variant.title, "lesson": variant.lesson, "training": variant.training}
    if variant.training is None:
        return {**described, "refused": refused}
    own = runs[variant.training]
    count = min(len(each["epochs"]) for each in own)
    epochs = range(min(variant.epochs or count, count))
    measured = "test_accuracy_dropout_on" if variant.dropout_on else "test_accuracy"
    over_seeds = {
        name: [figures.spread(_values(own, epoch, name)) for epoch in epochs] for name in KEPT
    }
    last = _values(own, epochs[-1], measured)
    return {
        **described,
        "measured": measured,
        "epochs": over_seeds,
        "accuracy": {**figures.spread(last), "by_seed": last},
        "published": _published(variant, own, epochs, last) if variant.published else None,
    }


def _values(runs, epoch, name):
    return [each["epochs"][epoch][name] for each in runs]


def _published(variant, runs, epochs, accuracies):
    """Where the published run of a variant lies among ours, epoch by epoch and at its end."""
    (theirs,) = (each for each in published() if each["id"] == variant.published)
    losses = theirs["losses"]
    return {
        "id": theirs["id"],
        "losses": [
            figures.place(losses[epoch], _values(runs, epoch, "loss"))
            for epoch in epochs
            if epoch < len(losses)
        ],
        "accuracy": figures.place(theirs["accuracy"], accuracies)
        if len(epochs) == len(losses)
        else None,
    }
