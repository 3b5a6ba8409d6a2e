"""A Keras optimizer's rule."""

from typing import Any

import keras


def rule_of(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Returns the name of the optimizer, and its numbers that are constants."""
    numbers = {
        name: value
        for name, value in optimizer.get_config().items()
        if isinstance(value, int | float)
    }
    return {"optimizer": type(optimizer).__name__, **numbers}


def again(optimizer: Any) -> Any:
    """Returns an optimizer like another, if its class is one of Keras' own; else None."""
    kind = type(optimizer)
    if getattr(keras.optimizers, kind.__name__, None) is not kind:
        return None
    return kind.from_config(optimizer.get_config())
