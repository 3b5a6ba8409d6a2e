"""The view of a port: the files that were written, and whether it is the same program."""

from legacy_cnn.results import Port
from legacy_cnn.show.blocks import Block, Text
from legacy_cnn.show.report import conclusion


def title(result: Port) -> str:
    return f"{result.reference} in Keras"


def blocks(result: Port) -> list[Block]:
    shown: list[Block] = [Text(f"{result.folder}: {', '.join(result.files)}")]
    shown.append(Text(f"{conclusion.verdict(result.report)}."))
    return [*shown, *(Text(line) for line in conclusion.lines(result.report))]
