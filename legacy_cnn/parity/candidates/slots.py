"""A Keras optimizer: its rule, and its slots under the names that TensorFlow 1 gives them."""

from collections.abc import Sequence
from typing import Any

import keras

from legacy_cnn.programs.python_variables import adam_slots

#: Slots of Adam. Those of other optimizers mean something else, or start with another value.
NAMES = {"momentum": "m", "velocity": "v"}


def slots_of(
    optimizer: keras.optimizers.Optimizer, parameters: Sequence[str]
) -> dict[tuple[str, str], keras.Variable]:
    """Finds Adam's moments.

    Args:
      optimizer: a built Keras optimizer.
      parameters: names of the parameters, in the order of the optimizer's variables.

    Returns:
      Dict from (slot, parameter) to the variable.
    """
    slots = {}
    for name, variable in adam_slots(optimizer).items():
        slot, _, index = name.partition("_")
        if index:
            slots[(NAMES[slot], parameters[int(index)])] = variable
    return slots


def rule_of(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Returns the name of the optimizer, and its numbers that are constants."""
    numbers = {
        name: value
        for name, value in optimizer.get_config().items()
        if isinstance(value, int | float)
    }
    return {"optimizer": type(optimizer).__name__, **numbers}
