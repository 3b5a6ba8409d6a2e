"""The view of what a TensorFlow 1 graph has: each part with its line of Keras below it."""

from legacy_cnn.results import Inspection, Part
from legacy_cnn.show.blocks import Block, Heading, Text

#: Field of the result -> its heading.
_SECTIONS = {
    "inputs": "Inputs",
    "layers": "Layers",
    "loss": "Loss",
    "parameters": "Parameters",
    "update": "Update",
    "randomness": "Randomness",
}
NOTHING = "no Keras line"


def title(result: Inspection) -> str:
    return f"{result.reference} in Keras"


def blocks(result: Inspection) -> list[Block]:
    shown: list[Block] = [Text(title(result))]
    for field, heading in _SECTIONS.items():
        parts: tuple[Part, ...] = getattr(result, field)
        shown.append(Heading(heading))
        shown += [block for part in parts for block in _lines(part)]
        if not parts:
            shown.append(Text("none", indent=2, quiet=True))
    return shown


def _lines(part: Part) -> list[Block]:
    """The name and what it is, the line, and the note."""
    lines: list[Block] = [Text(f"{part.name}: {part.found}", indent=2)]
    if part.keras:
        lines.append(Text(part.keras, indent=4))
    if part.note or not part.keras:
        lines.append(Text(f"({part.note or NOTHING})", indent=4, quiet=True))
    return lines
