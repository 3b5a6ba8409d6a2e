"""Collects what the trainings of a study left into its results."""

import dataclasses
from collections.abc import Iterator, Sequence

from legacy_cnn.declarations import command_line
from legacy_cnn.results.study import (
    MEASURED,
    Data,
    Environment,
    EpochSpreads,
    GraphTensor,
    PublishedPlaces,
    PublishedRun,
    Refusal,
    RefusedVariant,
    RunEpoch,
    SeedRun,
    Specimen,
    Study,
    TrainedVariant,
)
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import spreads
from legacy_cnn.study.trainings import Training
from legacy_cnn.study.variants import TRAININGS, VARIANTS, Variant
from legacy_cnn.training import record

#: Settings that say where trainings run, and decide nothing of what they give.
WHERE = ("jobs", "scheduler")


def collect(
    settings: StudySettings,
    variants: Sequence[str],
    trainings: Sequence[Training],
    *,
    refused: dict[str, Refusal | None],
    specimens: dict[str, Specimen],
    graph: tuple[GraphTensor, ...],
    published: tuple[PublishedRun, ...],
) -> Study:
    """Returns the results of a study whose trainings are done.

    Args:
      settings: those of the study.
      variants: names of the variants that were asked for.
      trainings: their trainings.
      refused: variant that is not trained -> what `refusals.refusal` returned.
      specimens: training -> what `specimen.examine` returned.
      graph: what `tensors.tensors` returned.
      published: the runs of others to compare with, which are of MNIST.
    """
    runs = {
        name: tuple(_run(training) for training in trainings if training.name == name)
        for name in TRAININGS
        if any(training.name == name for training in trainings)
    }
    return Study(
        command=_command(settings),
        made_with=_environments(trainings),
        published=published,
        variants={name: _variant(name, runs, refused, published) for name in variants},
        trainings=runs,
        specimens=specimens,
        graph=graph,
    )


def _command(settings: StudySettings) -> tuple[str, ...]:
    """The command line that runs the same study, wherever it runs."""
    defaults, asked = dataclasses.asdict(StudySettings()), dataclasses.asdict(settings)
    others = {
        name: value
        for name, value in asked.items()
        if value != defaults[name] and name not in WHERE
    }
    return ("legacy-cnn", "reproduce", *command_line(StudySettings, others))


def _environments(trainings: Sequence[Training]) -> tuple[Environment, ...]:
    """What the trainings ran on, also where they were resumed; each environment once."""
    grounds: list[tuple[Environment, list[str]]] = []
    for training in trainings:
        for ground in _grounds(training):
            names = next((names for known, names in grounds if known == ground), None)
            if names is None:
                grounds.append((ground, names := []))
            names.append(training.run.path.name)
    return tuple(
        dataclasses.replace(ground, trainings=tuple(dict.fromkeys(names)))
        for ground, names in grounds
    )


def _grounds(training: Training) -> Iterator[Environment]:
    """What one training ran on, where it began and where it was resumed."""
    config = training.run.read_config()
    for ground in (config, *config.get("resumed_with", ())):
        yield Environment(
            **{name: ground[name] for name in record.ENVIRONMENT},
            data=Data(config["data"].get("name"), config["data"]["sha256"]),
            threads=record.settings_to_resume(config, {}, training.run).threads,
            host=ground.get("host", ""),
        )


def _run(training: Training) -> SeedRun:
    result = training.run.read_results()
    return SeedRun(
        seed=training.seed,
        epochs=tuple(
            RunEpoch(*(getattr(epoch, name) for name in MEASURED)) for epoch in result.epochs
        ),
        seconds=result.seconds.training,
        weights_sha256=result.weights_sha256,
    )


def _variant(
    name: str,
    runs: dict[str, tuple[SeedRun, ...]],
    refused: dict[str, Refusal | None],
    published: tuple[PublishedRun, ...],
) -> TrainedVariant | RefusedVariant:
    variant = VARIANTS[name]
    if variant.training is None:
        return RefusedVariant(variant.title, variant.lesson, None, refused[name])
    return _trained(variant, variant.training, runs[variant.training], published)


def _trained(
    variant: Variant, training: str, own: Sequence[SeedRun], published: tuple[PublishedRun, ...]
) -> TrainedVariant:
    count = min(len(run.epochs) for run in own)
    epochs = range(min(variant.epochs or count, count))
    last = _values(own, epochs[-1], variant.measured)
    return TrainedVariant(
        title=variant.title,
        lesson=variant.lesson,
        training=training,
        measured=variant.measured,
        epochs=EpochSpreads(
            *(
                tuple(spreads.spread(_values(own, epoch, name)) for epoch in epochs)
                for name in MEASURED
            )
        ),
        accuracy=spreads.accuracies(last),
        published=next(
            (_places(run, own, epochs, last) for run in published if run.id == variant.published),
            None,
        ),
    )


def _values(runs: Sequence[SeedRun], epoch: int, name: str) -> list[float]:
    """A measured quantity after one epoch, for each seed."""
    return [getattr(run.epochs[epoch], name) for run in runs]


def _places(
    published: PublishedRun, runs: Sequence[SeedRun], epochs: range, accuracies: Sequence[float]
) -> PublishedPlaces:
    """Where a published run lies, epoch by epoch and at its end."""
    same_length = len(epochs) == len(published.losses)
    return PublishedPlaces(
        id=published.id,
        losses=tuple(
            spreads.place(loss, _values(runs, epoch, "loss"))
            for epoch, loss in zip(epochs, published.losses, strict=False)
        ),
        accuracy=spreads.place(published.accuracy, accuracies) if same_length else None,
    )
