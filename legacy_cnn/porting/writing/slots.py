"""Statements for what an optimizer's slots begin with, where Keras begins with zeros."""

from legacy_cnn.parity.updates import Update
from legacy_cnn.porting import updating
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.lines import Line

#: Optimizer -> slot of the graph -> the end of its variable's path in Keras.
_PATHS = {"RMSprop": {"mean square": "velocity"}}


def lines(reading: Reading, line: str, updates: list[Update]) -> list[Line]:
    """Statements after `compile`."""
    optimizer = line.partition("(")[0]
    found: dict[str, float] = {}
    for update in updates:
        for slot, variable in update.slots.items():
            value = updating.first_value(reading, variable)
            if value and slot in _PATHS.get(optimizer, {}):
                found[_PATHS[optimizer][slot]] = value
    if not found:
        return []
    text = ["    model.optimizer.build(model.trainable_variables)"]
    for path, value in found.items():
        text += [
            "    for slot in model.optimizer.variables:",
            f'        if slot.path.endswith("{path}"):  # TensorFlow 1 starts it at {value:g}',
            f"            slot.assign({_filled(value)})",
        ]
    return [Line(one) for one in text]


def _filled(value: float) -> str:
    return "ops.ones_like(slot)" if value == 1 else f"ops.full_like(slot, {value!r})"
