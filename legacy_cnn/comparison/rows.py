"""What a comparison shows, for the terminal and for the page."""

#: `settings.IMPLEMENTATIONS` -> what it is called.
TITLES = {"graph": "graph", "eager": "eager", "function": "tf.function", "keras": "Keras"}

NONE = "-"


def costs(result):
    """Rows of texts: what is measured, and a column for each dialect."""
    dialects, batch = result["dialects"].values(), result["settings"]["batch_size"]
    shown = {
        "to build the program, ms": lambda each: _milliseconds(each["build"]),
        "the first step, ms": lambda each: _milliseconds(each["first_step"]),
        "to trace a step, ms": lambda each: _milliseconds(each["trace"]),
        "a later step, ms": lambda each: _milliseconds(each["step"]),
        "the median of each round, ms": lambda each: "-".join(
            _milliseconds(each[name]) for name in ("least", "most")
        ),
        "times the graph's step": lambda each: f"{each['times']:.2f}",
        "images a second": lambda each: f"{batch / each['step']:,.0f}",
        "operations in a step's graph": lambda each: _count(each["operations"]),
        "calls from Python in a step": lambda each: _count(each["handed_over"]),
        "peak memory, MB": lambda each: f"{each['memory'] / 1e6:,.0f}",
        "of which imports, MB": lambda each: f"{each['memory_of_imports'] / 1e6:,.0f}",
    }
    return [[name, *map(show, dialects)] for name, show in shown.items()]


def prints(result):
    """Rows of texts: a dialect, when, and a line that it printed then, or that there was none."""
    for name, each in result["dialects"].items():
        for when, said in each["prints"].items():
            for line in said or [NONE]:
                yield [TITLES[name], when, line]


def differences(result):
    """Rows of texts: a tensor, and a column for each dialect but the graph."""
    return [
        [tensor, *(f"{each:.1e}" if each else "equal" for each in own.values())]
        for tensor, own in result["values"].items()
    ]


def _milliseconds(seconds):
    if seconds is None:
        return NONE
    return f"{1e3 * seconds:,.0f}" if seconds >= 0.1 else f"{1e3 * seconds:.1f}"


def _count(number):
    return NONE if number is None else f"{number:,}"
