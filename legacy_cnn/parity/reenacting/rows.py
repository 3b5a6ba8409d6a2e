"""Gradients of rows that a batch reads more than once: of an embedding, by an optimizer of Keras.

TensorFlow 1 adds up the gradients of a row before it squares them. Keras 3 squares the gradient of
each reading, and adds the squares, so that the row moves less far.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial

#: An optimizer of Keras -> the slot with the squares of gradients, as TensorFlow 1 calls it.
_SLOTS = {"Adam": "v", "AdamW": "v", "Adagrad": "accumulator", "RMSprop": "mean square"}


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """The squares of each reading, in all parameters that are read by rows."""
    slot = _SLOTS.get(trial.ground.candidate.rule().get("optimizer", ""))
    gradients = trial.ground.reference.rows_of_gradients
    read = {name: each for name, each in gradients.items() if (slot, name) in trial.keys}
    if slot is not None and read:
        words = (
            f"Keras squares the gradient of each reading of a row of {', '.join(read)}, and adds "
            f"the squares; the reference squares the sum (a train_step with "
            f"tf.convert_to_tensor(gradient) does that, too)"
        )
        yield words, lambda again: _squared_apart(again, slot, read)


def _squared_apart(trial: Trial, slot: str, read: dict[str, Any]) -> Named:
    rule, after = trial.ground.candidate.rule(), dict(trial.here)
    share = {"v": 1 - rule.get("beta_2", 0), "mean square": 1 - rule.get("rho", 0)}.get(slot, 1)
    epsilon = np.float32(rule.get("epsilon") or 0)
    for name, slices in read.items():
        values, rows = trial.look([slices.values, slices.indices])
        here, before = trial.here[name], trial.before[name]
        own = trial.here[(slot, name)] + np.float32(share) * _missing(values, rows, here.shape)
        roots = [_root(value, slot, epsilon) for value in (trial.here[(slot, name)], own)]
        with np.errstate(invalid="ignore", divide="ignore"):
            move = np.where(here == before, 0, (here - before) * (roots[0] / roots[1]))
        after[name], after[(slot, name)] = before + move.astype(here.dtype), own
    return after


def _root(square: Array, slot: str, epsilon: np.float32) -> Array:
    if slot == "v":
        return np.asarray(np.sqrt(square) + epsilon)
    return np.asarray(np.sqrt(square + epsilon))


def _missing(values: Array, rows: Array, shape: tuple[int, ...]) -> Array:
    """The sum of the squares of each row's gradients, less the square of their sum."""
    values, rows = values.reshape(-1, *shape[1:]).astype(np.float64), rows.ravel()
    total, squares = np.zeros(shape), np.zeros(shape)
    np.add.at(total, rows, values)
    np.add.at(squares, rows, values**2)
    return (squares - total**2).astype(np.float32)
