"""A study on the terminal."""

import textwrap

from legacy_cnn.show.terminal import table

#: Columns that a line of text may have.
WIDTH = 78


def show(results):
    """Prints the content of a results.json."""
    variants = results["variants"]
    trained = {name: each for name, each in variants.items() if each["training"]}
    if trained:
        _accuracies(results, trained)
        _losses(trained)
    for name, each in variants.items():
        print(f"{each['title']} ({name})")
        said = (
            each["lesson"] if each["training"] else f"{refused(each['refused'])} {each['lesson']}"
        )
        print(textwrap.fill(said, WIDTH, initial_indent="  ", subsequent_indent="  "))


def refused(refusal):
    """What became of a variant that is expected to be refused, as a sentence."""
    if refusal is None:
        return "TensorFlow accepts it."
    return f'Stops when it is {refusal["when"]}: {refusal["error"]}, "{refusal["said"]}".'


def _accuracies(results, trained):
    rows = [
        [
            name,
            len(results["trainings"][each["training"]]),
            len(each["epochs"]["loss"]),
            f"{each['accuracy']['mean']:.4f}",
            deviation(each["accuracy"]["deviation"], ".4f"),
            f"{each['accuracy']['least']:.4f}-{each['accuracy']['most']:.4f}",
            _theirs(each["published"]),
        ]
        for name, each in trained.items()
    ]
    header = ["variant", "seeds", "epochs", "mean", "dev.", "range", "published"]
    table("Accuracy on the test set, after the last epoch", header, rows, ("variant", "published"))


def _theirs(published):
    place = published and published["accuracy"]
    return (
        f"{published['id']} {place['value']:.4f} {where(place).removesuffix(' all')}".rstrip()
        if place
        else ""
    )


def where(place):
    """Where a published figure lies among ours, in words; of one seed there is no telling."""
    if place["of"] == 1:
        return ""
    if place["within"]:
        return "within"
    return "below all" if place["below"] == 0 else "above all"


def deviation(value, form):
    """A standard deviation, or nothing where one seed has none."""
    return "" if value is None else format(value, form)


def _losses(trained):
    columns = _columns(trained)
    rows = [
        [epoch, *(column[epoch] if epoch < len(column) else "" for column in columns.values())]
        for epoch in range(max(map(len, columns.values())))
    ]
    title = "Loss, summed over an epoch: mean over seeds, and of published runs"
    table(title, ["epoch", *columns], rows)
    if any(said[-1:] in "<>" for column in columns.values() for said in column):
        print("<, >: below, above the range over seeds")


def _columns(trained):
    """Title -> losses of each epoch, as texts: those of every training, and of published runs."""
    columns: dict[str, list] = {}
    for each in trained.values():
        own = [_amount(loss["mean"]) for loss in each["epochs"]["loss"]]
        # Of variants that share a training the longest is shown.
        columns[each["training"]] = max(columns.get(each["training"], []), own, key=len)
        if each["published"]:
            places = each["published"]["losses"]
            columns[each["published"]["id"]] = [_amount(p["value"]) + _sign(p) for p in places]
    return columns


def _amount(loss):
    """A loss; millions of millions, as swapped arguments make them, as a power of ten."""
    return f"{loss:,.0f}" if abs(loss) < 1e9 else f"{loss:.1e}"


def _sign(place):
    return {"below all": " <", "above all": " >"}.get(where(place), "")
