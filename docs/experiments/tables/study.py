"""The tables of docs/results.md and of the README, from the recorded study."""

from experiments.support.markdown import markdown
from experiments.support.recorded import RESULTS
from legacy_cnn import results
from legacy_cnn.results.study import RefusedVariant, Spread, Study
from legacy_cnn.show import terminal
from legacy_cnn.show.numbers import accuracy, deviation, loss
from legacy_cnn.show.study.summary import accuracies as accuracy_table
from legacy_cnn.show.study.summary import losses as loss_table
from legacy_cnn.show.study.summary import refused, where


def _study() -> Study:
    return results.read(RESULTS / "study.json", Study)


def accuracies() -> str:
    """Every variant that is trained: its accuracy over seeds, and that of a published run."""
    rows = []
    for variant in _study().trained.values():
        own, published = variant.accuracy, variant.published
        place = published.accuracy if published else None
        rows.append(
            [
                variant.title,
                accuracy(own.mean),
                deviation(own.deviation),
                f"{accuracy(own.least)} - {accuracy(own.most)}",
                f"{published.id}: {accuracy(place.value)}, {where(place)}"
                if published and place
                else "",
            ]
        )
    header = ["Variant", "Mean", "Std. deviation", "Range", "Published run, compared with ours"]
    return markdown(header, rows)


def losses() -> str:
    """The loss of every epoch, mean and range over seeds, beside the published ones."""
    study = _study()
    published = {run.id: [loss(value) for value in run.losses] for run in study.published}
    columns = {
        "With dropout": _spreads(study, "fixed"),
        "C2": published["C2"],
        "Without dropout": _spreads(study, "no-dropout"),
        "C1": published["C1"],
        "Scaled initial weights": _spreads(study, "scaled"),
    }
    rows = [
        [epoch, *(column[epoch] if epoch < len(column) else "" for column in columns.values())]
        for epoch in range(len(columns["Without dropout"]))
    ]
    return markdown(["Epoch", *columns], rows, 0)


def _spreads(study: Study, variant: str) -> list[str]:
    return [_spread(one) for one in study.trained[variant].epochs.loss]


def _spread(one: Spread) -> str:
    return f"{loss(one.mean)} ({loss(one.least)} - {loss(one.most)})"


def dropout() -> str:
    """The accuracy after every epoch, with dropout in the evaluation off and on."""
    epochs = _study().trained["fixed"].epochs
    pairs = zip(epochs.test_accuracy, epochs.test_accuracy_dropout_on, strict=True)
    rows = [[epoch, *(accuracy(one.mean) for one in pair)] for epoch, pair in enumerate(pairs)]
    return markdown(["Epoch", "Dropout off", "Dropout on"], rows, 0)


def variants() -> str:
    """Every variant with its lesson, and the errors that TensorFlow raises."""
    parts = []
    for variant in _study().variants.values():
        error = f" {refused(variant)}" if isinstance(variant, RefusedVariant) else ""
        parts.append(f"- **{variant.title}.**{error} {variant.lesson}")
    return "\n".join(parts)


def printed() -> str:
    """The tables that the command prints on a terminal of 80 columns."""
    study = _study()
    text = terminal.plain([accuracy_table(study), loss_table(study)], 80)
    return "\n".join(["```", *(line.rstrip() for line in text.splitlines()), "```"])


def sources() -> str:
    """Where the published runs are from."""
    return "\n".join(
        f"- {run.id}: {_linked(run.source)}; {run.variant}; accuracy {run.accuracy}."
        for run in _study().published
    )


def _linked(source: str) -> str:
    """A source whose first words are its address."""
    address, comma, rest = source.partition(",")
    return f"[{address}](https://{address}){comma}{rest}"


def recorded_with() -> str:
    """The command, versions and machine of the study."""
    study = _study()
    (environment,) = study.made_with
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    runs = [run for own in study.trainings.values() for run in own]
    minutes = sum(run.seconds for run in runs) / 60
    machine = environment.machine
    return (
        f"`{' '.join(study.command)}`: {len(runs)} trainings of "
        f"{len(runs[0].epochs)} epochs, {minutes:.0f} minutes in total, with "
        f"{environment.threads} threads on {machine['cores']} cores of an {machine['processor']}; "
        f"{versions}."
    )
