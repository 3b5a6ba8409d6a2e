"""The tables of docs/results.md and of the README, from the recorded study."""

from experiments.support.markdown import markdown
from experiments.support.recorded import RESULTS
from legacy_cnn import results
from legacy_cnn.results.study import Environment, RefusedVariant, Spread, Study
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
    """The command, versions and machines of the study."""
    study = _study()
    runs = [run for own in study.trainings.values() for run in own]
    minutes = sum(run.seconds for run in runs) / 60
    return (
        f"`{' '.join(study.command)}`: {len(runs)} trainings of {len(runs[0].epochs)} epochs, "
        f"{minutes:.0f} minutes in total, {made_on(study)}."
    )


def made_on(study: Study) -> str:
    """What the trainings ran on, each kind of machine once, with how many of them and of hosts.

    A training that was resumed elsewhere counts for both.
    """
    kinds: dict[tuple[str, str], list[Environment]] = {}
    for environment in study.made_with:
        kinds.setdefault(_kind(environment), []).append(environment)
    return "; and ".join(
        f"{_count(same) if len(kinds) > 1 else ''}with {threads} on {_hosts(same)}{kind}"
        for (threads, kind), same in kinds.items()
    )


def _kind(environment: Environment) -> tuple[str, str]:
    """The number of threads, and a kind of machine with its versions in words."""
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    machine = environment.machine
    return (
        f"{environment.threads} thread{'s' if environment.threads > 1 else ''}",
        f"{machine['cores']} cores of an {machine['processor']}; {versions}",
    )


def _count(environments: list[Environment]) -> str:
    return f"{len({name for one in environments for name in one.trainings})} of them "


def _hosts(environments: list[Environment]) -> str:
    hosts = {one.host for one in environments}
    return f"{len(hosts)} machines with " if len(hosts) > 1 else ""
