"""First values of a model's variables drawn again, by the initializers that made them.

One draw of 56 values does not tell a standard deviation of 0.5 from one of 0.4.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from legacy_cnn.parity.arrays import Array

#: A variable with more values tells enough by one draw.
MOST = 5_000


def redrawn(
    initializers: list[Any], variables: Mapping[Any, Array], count: int
) -> Iterator[dict[Any, Array]]:
    """Draws variables again; only those that hold what one of the initializers draws.

    An initializer of Keras 3 draws the same each time. So a variable that was assigned other values
    later is known: it stays as it is.

    Args:
      initializers: of the model's layers.
      variables: key -> first value.
      count: how often.
    """
    known = {
        key: initializer
        for key, value in variables.items()
        if value.dtype == np.float32 and 1 < value.size <= MOST
        for initializer in initializers
        if _has_drawn(initializer, value)
    }
    for seed in range(count if known else 0):
        yield {key: _drawn_by(one, variables[key], seed) for key, one in known.items()}


def _has_drawn(initializer: Any, value: Array) -> bool:
    # A seed generator would go on, and is the user's.
    if not isinstance(getattr(initializer, "seed", None), int):
        return False
    try:
        again = _called(initializer, value)
    except Exception:  # of another rank than it takes, or the user's own kind
        return False
    return again.shape == value.shape and np.array_equal(again, value)


def _called(initializer: Any, like: Array) -> Array:
    return keras.ops.convert_to_numpy(initializer(like.shape, dtype=str(like.dtype)))


def _drawn_by(initializer: Any, like: Array, seed: int) -> Array:
    """Another draw; the same where the initializer cannot be given a seed."""
    config = initializer.get_config()
    if "seed" not in config:
        return like
    return _called(type(initializer).from_config({**config, "seed": seed}), like)
