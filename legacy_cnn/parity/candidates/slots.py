"""A Keras optimizer: its rule, and its slots under the names that TensorFlow 1 has for them."""

from legacy_cnn.programs.python_variables import adam_slots

#: Adam's; other optimizers' slots mean something else, or have another beginning.
NAMES = {"momentum": "m", "velocity": "v"}


def slots_of(optimizer, parameters):
    """Adam's moments.

    Args:
      optimizer: a built Keras optimizer.
      parameters: names of the parameters, in the order it was built with.

    Returns:
      Dict from (slot, parameter) to the variable.
    """
    found = {}
    for name, variable in adam_slots(optimizer).items():
        slot, _, index = name.partition("_")
        if index:
            found[(NAMES[slot], parameters[int(index)])] = variable
    return found


def rule_of(optimizer):
    """Its name, and those of its numbers that are constants."""
    numbers = optimizer.get_config()
    constant = {name: each for name, each in numbers.items() if isinstance(each, int | float)}
    return {"optimizer": type(optimizer).__name__, **constant}
