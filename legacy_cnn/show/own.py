"""The view of a comparison of the user's own two functions."""

from legacy_cnn.results import OwnComparison, OwnDialect
from legacy_cnn.show import numbers
from legacy_cnn.show.blocks import Block, Facts, Mark, Table
from legacy_cnn.show.texts import in_words


def title(result: OwnComparison) -> str:
    return f"{result.graph} and {result.eager}"


def blocks(result: OwnComparison) -> list[Block]:
    titles = [dialect.title for dialect in result.dialects.values()]
    return [
        Facts(
            {
                "graph": result.graph,
                "eager": result.eager,
                "inputs": in_words(result.inputs),
                "versions": in_words(result.versions),
                "machine": in_words(result.machine),
            }
        ),
        Table("Cost", ["", *titles], _costs(result), left=[""]),
        Table("What print and tf.print show", _PRINTS, _prints(result), left=_PRINTS),
        Table(
            "What is returned, and how far it is from the graph's, relative to its largest value",
            ["output", *titles],
            _differences(result),
            left=["output"],
            notes=_notes(result),
        ),
    ]


_PRINTS = ["dialect", "when", "printed"]


def _costs(result: OwnComparison) -> list[list[str]]:
    dialects = result.dialects.values()
    return [
        ["build and first call, ms", *(numbers.milliseconds(each.first) for each in dialects)],
        ["later call, ms", *(numbers.fine_milliseconds(each.later) for each in dialects)],
        ["operations in the graph", *(numbers.count(each.operations) for each in dialects)],
        ["calls from Python", *(numbers.count(each.calls) for each in dialects)],
    ]


def _prints(result: OwnComparison) -> list[list[str]]:
    return [
        [dialect.title, when, line]
        for dialect in result.dialects.values()
        for when, lines in dialect.prints.items()
        for line in lines or [numbers.NONE]
    ]


def _differences(result: OwnComparison) -> list[list[object]]:
    return [
        [name, *(_cell(each, dialect, number, by) for each, dialect in result.dialects.items())]
        for number, (name, by) in enumerate(result.values.items())
    ]


def _cell(
    name: str, dialect: OwnDialect, number: int, differences: dict[str, float | None]
) -> object:
    if name not in differences:
        return _output(dialect, number)
    value = differences[name]
    return Mark(_output(dialect, number), "bad") if value is None else numbers.difference(value)


def _output(dialect: OwnDialect, number: int) -> str:
    return dialect.outputs[number] if number < len(dialect.outputs) else "missing"


def _notes(result: OwnComparison) -> list[str]:
    titles = [dialect.title for dialect in result.dialects.values() if not dialect.repeats]
    if not titles:
        return []
    names = ", ".join(titles)
    return [f"Two calls with the same inputs differ ({names}): something is random, or is counted."]
