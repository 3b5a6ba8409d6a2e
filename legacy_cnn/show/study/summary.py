"""A study in blocks: tables of accuracies and losses, and what each variant shows."""

from legacy_cnn.results import Study
from legacy_cnn.results.study import Place, PublishedPlaces, RefusedVariant, TrainedVariant
from legacy_cnn.show.blocks import Block, Entry, Table
from legacy_cnn.show.numbers import accuracy, deviation, loss


def title(study: Study) -> str:
    return "Reproduction of the tutorial"


def blocks(study: Study) -> list[Block]:
    tables: list[Block] = [accuracies(study), losses(study)] if study.trained else []
    return [*tables, *(_entry(name, variant) for name, variant in study.variants.items())]


def _entry(name: str, variant: TrainedVariant | RefusedVariant) -> Entry:
    refusal = [] if isinstance(variant, TrainedVariant) else [refused(variant)]
    return Entry(f"{variant.title} ({name})", " ".join([*refusal, variant.lesson]))


def refused(variant: RefusedVariant) -> str:
    """Returns a sentence on the error that TensorFlow raised, or did not raise."""
    refusal = variant.refused
    if refusal is None:
        return "TensorFlow accepts it."
    return f'TensorFlow raises {refusal.error} when the graph is {refusal.when}: "{refusal.said}".'


def accuracies(study: Study) -> Table:
    """Returns the accuracies of the trained variants."""
    rows = [
        [
            name,
            len(study.trainings[variant.training]),
            len(variant.epochs.loss),
            accuracy(variant.accuracy.mean),
            deviation(variant.accuracy.deviation),
            f"{accuracy(variant.accuracy.least)}-{accuracy(variant.accuracy.most)}",
            _published(variant.published),
        ]
        for name, variant in study.trained.items()
    ]
    notes = ["dev.: standard deviation over seeds"]
    if not study.published:
        rows = [row[:-1] for row in rows]
        notes.append("the data are not MNIST, so published runs are not compared")
    columns = ["variant", "seeds", "epochs", "mean", "dev.", "range", "published run"]
    return Table(
        "Accuracy on the test set after the last epoch",
        columns[: len(rows[0])],
        rows,
        left=["variant", "published run"][: 1 + bool(study.published)],
        notes=notes,
    )


def _published(published: PublishedPlaces | None) -> str:
    if published is None or published.accuracy is None:
        return ""
    place = published.accuracy
    return f"{published.id} {accuracy(place.value)} {where(place).removesuffix(' all')}".rstrip()


def where(place: Place) -> str:
    """Returns where a published value lies among the study's own; "" if there is only one."""
    if place.of == 1:
        return ""
    if place.within:
        return "within"
    return "below all" if place.below == 0 else "above all"


def losses(study: Study) -> Table:
    """Returns the losses of every training and of the published runs, epoch by epoch."""
    columns = _losses(study.trained)
    rows = [
        [epoch, *(column[epoch] if epoch < len(column) else "" for column in columns.values())]
        for epoch in range(max(map(len, columns.values())))
    ]
    marked = any(text.endswith((" <", " >")) for column in columns.values() for text in column)
    return Table(
        "Loss, summed over an epoch: means over seeds"
        + (", and published runs" if study.published else ""),
        ["epoch", *columns],
        rows,
        notes=["<, >: below, above the range over seeds"] if marked else [],
    )


def _losses(trained: dict[str, TrainedVariant]) -> dict[str, list[str]]:
    """Heading -> losses, one an epoch."""
    columns: dict[str, list[str]] = {}
    for variant in trained.values():
        own = [loss(spread.mean) for spread in variant.epochs.loss]
        # Variants that share a training may read different numbers of epochs; the most are shown.
        columns[variant.training] = max(columns.get(variant.training, []), own, key=len)
        if variant.published:
            places = variant.published.losses
            columns[variant.published.id] = [loss(place.value) + _sign(place) for place in places]
    return columns


def _sign(place: Place) -> str:
    return {"below all": " <", "above all": " >"}.get(where(place), "")
