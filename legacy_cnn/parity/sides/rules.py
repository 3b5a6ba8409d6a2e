"""A Keras optimizer's rule."""

from typing import Any

import keras


def rule_of(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Returns the name of the optimizer, and its numbers that are constants."""
    config = _config(optimizer) or {}
    numbers = {name: value for name, value in config.items() if isinstance(value, int | float)}
    return {"optimizer": type(optimizer).__name__, **numbers}


def _config(optimizer: keras.optimizers.Optimizer) -> dict[str, Any] | None:
    """How an optimizer is made; None if it does not tell, as with a user's own schedule."""
    try:
        return dict(optimizer.get_config())
    except Exception:
        return None


def again(optimizer: Any) -> Any:
    """Returns an optimizer like another, if its class is one of Keras' own and tells how."""
    kind = type(optimizer)
    if getattr(keras.optimizers, kind.__name__, None) is not kind:
        return None
    config = _config(optimizer)
    return None if config is None else kind.from_config(config)
