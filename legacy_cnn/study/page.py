"""A study as one page of HTML to open, mail, print or project: no script, nothing to load."""

import math
import re
import shlex

from legacy_cnn.show import html as elements
from legacy_cnn.show.html import Html, definitions, scrolling, tag
from legacy_cnn.show.numbers import three_digits as number
from legacy_cnn.show.texts import in_words
from legacy_cnn.study import charts, drawing, pictures
from legacy_cnn.study.table import deviation, refused, where

_ACCURACIES = (
    "The share of the test set's images that are named right, after the last epoch. The deviation "
    "is the sample's standard deviation over seeds."
)
_DOTS = (
    "A dot is one seed, the upright line the mean, an open diamond a published run. One colour is "
    "one training: variants of the same colour are readings of the same runs. The axis is "
    "stretched towards 1."
)
_LOSSES = (
    "What the tutorial prints after every epoch: the loss, summed over the batches. Lines are "
    "means over seeds, bands reach from the lowest to the highest, and the axis is logarithmic. "
    "Open diamonds are published runs, each of them single and unseeded."
)
_BELOW = "Below zero, where no cross-entropy can be, they have a chart of their own."
_DROPOUT = (
    "The same weights, evaluated twice after every epoch: with the dropout off, as was meant, and "
    "with it on, as the tutorial left it. Thick lines are means, thin ones single seeds. Every "
    "chart has its own axis."
)
_FILTERS = (
    "The first layer has 32 filters of 5 by 5 weights. Before and after training they have one "
    "scale of colours; what has changed has its own."
)
_CONFUSION = (
    "Rows are labels, columns what the net said. On the diagonal it was right; the stronger "
    "the orange, the more often it was wrong in that way."
)
_MISTAKES = (
    "Beside each picture: its label, what it was named, and the margin, which is how far the logit "
    "of the wrong class is above that of the right one. With a margin of m, softmax makes the "
    "wrong class exp(m) times as likely as the right one."
)


def page(results):
    """A study as one page of HTML.

    Args:
      results: the content of results.json.

    Returns:
      The page. All that comes from the results is escaped in it.
    """
    trained = {name: each for name, each in results["variants"].items() if each["training"]}
    curves = _curves(trained)
    shown = _shown(results["specimens"])
    described = [_variant(name, each) for name, each in results["variants"].items()]
    return elements.page(
        __file__,
        title="The tutorial, reproduced",
        facts=definitions(_facts(results)),
        accuracies=_accuracies(results, trained) if trained else "",
        losses=_losses(results, trained, curves) if trained else "",
        dropout=_dropout(results["trainings"], curves) if trained else "",
        filters=_filters(results["specimens"]),
        confusion=_confusion(*shown) if shown else "",
        mistakes=_mistakes(*shown) if shown else "",
        graph=scrolling("graph", tag("div", drawing.drawing(), class_="graph")),
        variants=tag("div", *described, class_="variants"),
    )


def _section(title, *parts):
    return tag("section", tag("h2", title), *parts)


def _curves(trained):
    """Training -> what is known of its epochs, from the variant that has most of them."""
    curves: dict[str, dict] = {}
    for each in trained.values():
        known = curves.get(each["training"])
        if known is None or len(known["loss"]) < len(each["epochs"]["loss"]):
            curves[each["training"]] = each["epochs"]
    return curves


def _shown(specimens):
    """Training and specimen of which more is shown: the tutorial's own training, if it is there."""
    name = "dropout" if "dropout" in specimens else next(iter(specimens), None)
    return name and (name, specimens[name])


def _facts(results):
    runs = [each for own in results["trainings"].values() for each in own]
    made = results["made_with"]
    return {
        "variants": ", ".join(results["variants"]),
        "seeds": ", ".join(map(str, sorted({each["seed"] for each in runs}))),
        "epochs": ", ".join(map(str, sorted({len(each["epochs"]) for each in runs}))),
        "data": _each(made, lambda one: one["data"]["name"] or "files of one's own"),
        "versions": _each(made, lambda one: in_words(one["versions"])),
        "machine": _each(made, lambda one: in_words(one["machine"])),
        "threads": _each(made, lambda one: one["threads"]),
        "training": f"{_duration(runs)} in all" if runs else "",
        "command": _command(results["command"]),
    }


def _command(arguments):
    """A command that is broken between its arguments, if it has to be broken."""
    quoted = [tag("span", shlex.quote(each)) for each in arguments]
    return tag("code", Html(" ".join(quoted)), class_="command")


def _each(made_with, of):
    return "; ".join(dict.fromkeys(str(of(each)) for each in made_with))


def _duration(runs):
    minutes = sum(each["seconds"] for each in runs) / 60
    return f"{minutes:,.1f} minutes" if minutes < 120 else f"{minutes / 60:,.1f} hours"


def _accuracies(results, trained):
    header = (
        "variant", "seeds", "epochs", "dropout in evaluation", "mean", "deviation", "range",
        "published", "among ours",
    )  # fmt: skip
    rows = [_row(name, each, results["trainings"]) for name, each in trained.items()]
    table = _table("accuracies", header, rows)
    chart = tag("figure", charts.accuracies(trained), class_="chart")
    said = tag("div", tag("p", _ACCURACIES), tag("p", _DOTS))
    return _section("Accuracy", tag("div", said, chart, class_="pair uneven"), table)


def _row(name, variant, trainings):
    own, theirs = variant["accuracy"], (variant["published"] or {}).get("accuracy")
    return (
        name,
        len(trainings[variant["training"]]),
        len(variant["epochs"]["loss"]),
        "on" if variant["measured"].endswith("on") else "off",
        f"{own['mean']:.4f}",
        deviation(own["deviation"], ".4f"),
        f"{own['least']:.4f} \u2013 {own['most']:.4f}",
        f"{variant['published']['id']} {theirs['value']:.4f}" if theirs else "",
        where(theirs) if theirs else "",
    )


def _table(label, header, rows):
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in header)))
    body = [
        tag("tr", tag("th", first, scope="row"), *(tag("td", each) for each in rest))
        for first, *rest in rows
    ]
    return scrolling(label, tag("table", head, tag("tbody", *body), class_="results"))


def _losses(results, trained, curves):
    losses = {name: each["loss"] for name, each in curves.items()}
    published = [
        (each["published"]["id"], each["training"], _values(each["published"]["losses"]))
        for each in trained.values()
        if each["published"]
    ]
    above, below = (charts.losses(losses, published, sign) for sign in (1, -1))
    figures = [tag("figure", each, class_="chart") for each in (above, below) if each]
    parts = [
        tag("p", _LOSSES, Html(" "), _BELOW if below else ""),
        tag("div", *figures, class_="pair level"),
        *_left_out(losses),
    ]
    sources = {each["id"]: each["source"] for each in results["published"]}
    named = {name: sources[name] for name, *_ in published}
    figured = tag("details", tag("summary", "The figures"), _losses_table(trained, losses))
    return _section("Loss", *parts, definitions(named) if named else "", figured)


def _values(places):
    return [each["value"] for each in places]


def _left_out(losses):
    """A sentence on each training some of whose losses cannot be drawn."""
    for name, spreads in losses.items():
        means = [each["mean"] for each in spreads]
        _, drawn = charts.drawable(means)
        missing = [f"{at} ({number(means[at])})" for at, shown in enumerate(drawn) if not shown]
        if missing:
            yield tag("p", f"Not drawn of {name}: the losses of epochs {', '.join(missing)}.")


def _losses_table(trained, losses):
    columns = {name: [_figure(each["mean"]) for each in own] for name, own in losses.items()}
    for each in trained.values():
        if each["published"]:
            columns[each["published"]["id"]] = [
                ", ".join(filter(None, (_figure(place["value"]), where(place))))
                for place in each["published"]["losses"]
            ]
    count = max(map(len, columns.values()))
    rows = [
        (epoch, *(own[epoch] if epoch < len(own) else "" for own in columns.values()))
        for epoch in range(count)
    ]
    return _table("losses", ("epoch", *columns), rows)


def _figure(loss):
    large = not math.isfinite(loss) or abs(loss) < 1e3 or abs(loss) >= 1e9
    return number(loss) if large else f"{loss:,.0f}"


def _dropout(trainings, curves):
    figures: list[Html] = []
    equal = []
    for name, curve in curves.items():
        count = len(curve["loss"])
        off, on = (
            [[each[measured] for each in run["epochs"][:count]] for run in trainings[name]]
            for measured in ("test_accuracy", "test_accuracy_dropout_on")
        )
        if off == on:
            equal.append(name)
            continue
        chart = charts.dropout(len(figures), name, off, on)
        figures.append(tag("figure", tag("figcaption", tag("b", name)), chart, class_="chart"))
    if equal:
        figures.append(tag("p", f"Equal with the dropout on and off: {', '.join(equal)}."))
    charted = tag("div", *figures, class_="pair")
    return _section("Dropout in the evaluation", tag("p", _DROPOUT), charted)


def _filters(specimens):
    chosen = [each for each in ("dropout", "scaled") if each in specimens] or list(specimens)[:1]
    if not chosen:
        return ""
    figures = [pictures.filters(each, specimens[each]) for each in chosen]
    return _section("The first layer's filters", tag("p", _FILTERS), *figures)


def _confusion(name, specimen):
    often = pictures.most_often(specimen)
    listed = [tag("h3", "Most often"), tag("ol", *(tag("li", each) for each in often))]
    return _section(
        "What is taken for what",
        tag("p", _CONFUSION),
        tag("p", _of(name, specimen), Html(" "), _wrong(specimen)),
        tag(
            "div",
            pictures.confusion(specimen),
            tag("div", *listed if often else ""),
            class_="beside",
        ),
    )


def _mistakes(name, specimen):
    shown = pictures.mistakes(specimen) if specimen["mistakes"] else tag("p", "There are none.")
    said = tag("p", _of(name, specimen), Html(" "), _MISTAKES)
    return _section("The most confident mistakes", said, shown)


def _of(name, specimen):
    return f"Training {name}, seed {specimen['seed']}, with the dropout off in the evaluation."


def _wrong(specimen):
    counts = specimen["confusion"]
    total = sum(map(sum, counts))
    wrong = total - sum(row[at] for at, row in enumerate(counts))
    return f"{wrong:,} of {total:,} test images are named wrong."


def _variant(name, variant):
    parts = [tag("h3", name), tag("p", _prose(variant["title"]), class_="title")]
    if not variant["training"]:
        parts.append(tag("p", refused(variant["refused"]), class_="refused"))
    return tag("article", *parts, tag("p", _prose(variant["lesson"])))


def _prose(text):
    """A text with what is between backquotes as code."""
    return Html(re.sub(r"`([^`]*)`", r"<code>\1</code>", elements.escaped(text)))
