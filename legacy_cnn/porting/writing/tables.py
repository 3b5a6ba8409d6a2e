"""The table of an embedding, where its optimizer has to see each row's gradient as one sum."""

from legacy_cnn.porting import updating
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line

#: What the class is called.
NAME = "Table"

_LINES = '''class Table(layers.Embedding):
    """Adds up the gradients of a row before the optimizer sees them, as TensorFlow 1 does."""

    def call(self, inputs):
        return ops.take(1.0 * self.embeddings, inputs, axis=0)'''


def is_needed(reading: Reading, found: Found) -> bool:
    """Whether Keras' own layer would be another program: its optimizer is not linear in them."""
    variable = found.variables.get("embeddings", "")
    return found.keras.startswith("Embedding(") and has_sums(reading, variable)


def has_sums(reading: Reading, variable: str) -> bool:
    """Whether the optimizer of a variable is not linear in the gradients of its rows.

    One of its own, which moves only rows that are read, sees them apart and adds them up.
    """
    if variable not in reading.side.updates:
        return False
    update = updating.update_of(variable, reading.side.updates)
    if updating.moves_rows(update):
        return False
    is_plain = update.optimizer == "SGD" and "momentum" not in update.numbers
    return bool(update.optimizer) and not is_plain


def lines() -> list[Line]:
    """The class."""
    return [Line(line) for line in _LINES.splitlines()]
