"""What was measured, as tables on the terminal."""

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.bench.loader import LOADERS
from legacy_cnn.show.terminal import table

#: Operations of a step that are shown one by one.
MOST = 10

_WHO = "contender"
_HEADER = [_WHO, "ms", "least", "images/s", "times", "quartiles", "MB"]


def show(result):
    """Prints what `bench` returns."""
    for part in ("training", "evaluation", "floor", "loader", "startup", "growth"):
        if part in result:
            globals()[f"_{part}"](result)
    for reason in result["failed"].values():
        print(f"Not measured: {reason}")


def _training(result):
    rows = [
        [*row(name, each), f"{each['first_step']:.1f}"] for name, each in result["training"].items()
    ]
    header = [*_HEADER, "start"]
    table("A training step, batches of 128", header, rows, _WHO)
    print(f"ms: median; times: of the step of {CONTENDERS[BASELINE].title}, in the same round;")
    print("MB: peak memory; start: seconds from nothing to the first step done")
    print(f"oneDNN, by TensorFlow's own default here: {_switch(result['onednn_by_default'])}")


def _evaluation(result):
    rows = [row(name, each) for name, each in result["evaluation"].items()]
    table("An evaluation of 10,000 images, all to the same logits", _HEADER, rows, _WHO)
    print("MB: peak memory, the training before it included")


def row(name, each):
    """What a table has of a contender, texts: from its name and its figures."""
    return [
        CONTENDERS[name].title,
        _milliseconds(each["median"]),
        _milliseconds(each["minimum"]),
        f"{each['rate']:,.0f}",
        f"{each['ratio']:.2f}",
        f"{each['low']:.2f}-{each['high']:.2f}",
        f"{each['memory'] / 1e6:,.0f}",
    ]


def _milliseconds(seconds):
    return f"{1e3 * seconds:,.1f}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def _switch(on):
    return "on" if on else "off"


def _floor(result):
    header = ["what", "how much", "at most", "ms", "of a step"]
    table("The floor", header, bounds(result), "what")
    header = ["operation", "ms", "share"]
    table("Where a step goes", header, shares(result["floor"]["operations"]), "operation")


def bounds(result):
    """Rows of texts: what a step must do, how much of it the machine can do, what that takes."""
    floor, step = result["floor"], result["training"][BASELINE]["median"]
    rate = max(floor["flop_rate"].values())
    return [
        _bound("products", floor["flop"] / 1e9, "GFLOP", rate / 1e9, "GFLOP/s", step),
        _bound("memory", floor["bytes"] / 1e9, "GB", floor["byte_rate"] / 1e9, "GB/s", step),
    ]


def _bound(what, amount, unit, rate, rates, step):
    seconds = amount / rate
    return [
        what,
        f"{amount:.2f} {unit}",
        f"{rate:,.0f} {rates}",
        f"{1e3 * seconds:.1f}",
        f"{seconds / step:.0%}",
    ]


def shares(seconds):
    """Rows of texts, from the seconds of a step by operation, longest first."""
    operations, total = list(seconds.items()), sum(seconds.values())
    shown = [*operations[:MOST], ("all others", sum(s for _, s in operations[MOST:]))]
    return [[name, f"{1e3 * s:.2f}", f"{s / total:.0%}"] for name, s in shown]


def _loader(result):
    header = ["loader", "load ms", "first", "batch", "epoch's turn", "MB"]
    table("Loading MNIST, and batches of 128", header, loaders(result), "loader")


def loaders(result):
    """Rows of texts: medians over rounds."""
    return [
        [
            LOADERS[name][0],
            *(f"{1e3 * _median(rounds, key):,.2f}" for key in ("load", "first", "batch", "turn")),
            f"{_median(rounds, 'memory') / 1e6:,.0f}",
        ]
        for name, rounds in result["loader"].items()
    ]


def _median(rounds, key):
    return float(np.median([each[key] for each in rounds]))


def _startup(result):
    table("To begin", ["what", "median s", "least s"], starts(result), "what")


def starts(result):
    """Rows of texts, over rounds."""
    return [
        [what, f"{np.median(seconds):.2f}", f"{min(seconds):.2f}"]
        for what, seconds in result["startup"].items()
    ]


def _growth(result):
    growth = result["growth"]
    rows = [
        [each["batch"], each["threads"], f"{1e3 * each['median']:,.1f}", f"{each['rate']:,.0f}",
         f"{each['memory'] / 1e6:,.0f}"]
        for each in growth["batches"]
    ]  # fmt: skip
    table("By batch", ["batch", "threads", "ms a step", "images/s", "memory MB"], rows)
    rows = [
        [f"{each['images']:,}", f"{each['seconds']:.1f}", f"{each['outside']:.1%}",
         f"{each['memory'] / 1e6:,.0f}"]
        for each in growth["sets"]
    ]  # fmt: skip
    header = ["training images", "s an epoch", "outside of the graph", "memory MB"]
    table("By training set", header, rows)
    memory = growth["epochs"]
    marks = sorted({0, *(n for n in (1, 4, 9, 24) if n < len(memory)), len(memory) - 1})
    rows = [[at + 1, f"{memory[at] / 1e6:,.0f}"] for at in marks]
    table("Memory over a long run", ["epochs", "memory MB"], rows)
