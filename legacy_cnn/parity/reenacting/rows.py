"""Rows of an embedding, by an optimizer of Keras: those read more than once, and those not read.

TensorFlow 1 adds up the gradients of a row before it squares them. Keras 3 squares the gradient of
each reading, and adds the squares, so that the row moves less far. And TensorFlow 1's momentum
leaves the rows that a batch does not read, where Keras' goes on with all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial

#: An optimizer of Keras -> the slot with the squares of gradients, as TensorFlow 1 calls it.
_SLOTS = {"Adam": "v", "AdamW": "v", "Adagrad": "accumulator", "RMSprop": "mean square"}


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """The squares of each reading, and momentum of all rows, in what is read by rows."""
    yield from _of_momentum(trial)
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


def _of_momentum(trial: Trial) -> Iterator[Mistake]:
    gradients, rule = trial.ground.reference.rows_of_gradients, trial.ground.reference.rule()
    read = {name: each for name, each in gradients.items() if ("momentum", name) in trial.keys}
    if rule.get("optimizer") == "SGD" and read:
        words = (
            f"momentum moves all rows of {', '.join(read)}; the reference's moves those that a "
            f"batch reads"
        )
        yield words, lambda again: _moved_on(again, rule, read)


def _moved_on(trial: Trial, rule: Mapping[str, Any], read: dict[str, Any]) -> Named:
    rate, share = (np.float32(rule[name]) for name in ("learning_rate", "momentum"))
    after = dict(trial.here)
    for name, slices in read.items():
        slot = "momentum", name
        rows = np.setdiff1d(np.arange(len(trial.here[name])), trial.look(slices.indices))
        after[name], after[slot] = trial.here[name].copy(), trial.here[slot].copy()
        after[slot][rows] = share * trial.before[slot][rows]
        after[name][rows] -= rate * after[slot][rows]
    return after


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
