"""A study on the terminal."""

from legacy_cnn.tables import table


def show(results):
    """Prints the content of a results.json."""
    variants = results["variants"]
    trained = {name: each for name, each in variants.items() if each["training"]}
    if trained:
        _accuracies(results, trained)
        _losses(trained)
    for name, each in variants.items():
        print(f"{name}: {each['title']}")
        if not each["training"]:
            print(f"  {refused(each['refused'])}")
        print(f"  {each['lesson']}")


def refused(refusal):
    """What became of a variant that is expected to be refused, as a sentence."""
    if refusal is None:
        return "TensorFlow accepts it."
    return f"Stops when it is {refusal['when']}: {refusal['error']}: {refusal['said']}"


def _accuracies(results, trained):
    rows = [
        [
            name,
            len(results["trainings"][each["training"]]),
            len(each["epochs"]["loss"]),
            "on" if each["measured"].endswith("on") else "off",
            f"{each['accuracy']['mean']:.4f}",
            deviation(each["accuracy"]["deviation"], ".4f"),
            f"{each['accuracy']['least']:.4f} - {each['accuracy']['most']:.4f}",
            _theirs(each["published"]),
        ]
        for name, each in trained.items()
    ]
    header = ["variant", "seeds", "epochs", "dropout", "mean", "dev.", "range", "published"]
    table("Accuracy on the test set", header, rows, "variant")


def _theirs(published):
    place = published and published["accuracy"]
    if not place:
        return ""
    return f"{published['id']} {place['value']:.4f}, {where(place)}"


def where(place):
    """Where a published figure lies among ours, in words."""
    if place["within"]:
        return "within"
    return "below all" if place["below"] == 0 else "above all"


def deviation(value, form):
    return "" if value is None else format(value, form)


def _losses(trained):
    count = max(len(each["epochs"]["loss"]) for each in trained.values())
    names, columns = [], []
    for name, each in trained.items():
        losses = each["epochs"]["loss"]
        names.append(name)
        columns.append([f"{loss['mean']:,.0f}" for loss in losses])
        if each["published"]:
            names.append(each["published"]["id"])
            columns.append([_loss(place) for place in each["published"]["losses"]])
    rows = [
        [epoch, *(column[epoch] if epoch < len(column) else "" for column in columns)]
        for epoch in range(count)
    ]
    table("Loss, summed over an epoch: mean over seeds, and published", ["epoch", *names], rows)


def _loss(place):
    sign = "" if place["within"] else " <" if place["below"] == 0 else " >"
    return f"{place['value']:,.0f}{sign}"
