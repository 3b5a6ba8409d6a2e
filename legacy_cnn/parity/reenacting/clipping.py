"""Other gradients that reach the reference's update: clipped otherwise, rounded, or not at all."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.reenacting.precision import SMALLER, rounded
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, Unchanged, shown

#: A kind of clipping in words -> the gradients clipped at a threshold.
Clip = Callable[[Arrays, float], Arrays]


def is_hidden(trial: Trial) -> bool:
    """Whether the gradients of some parameters are not seen, but those of others are.

    What is done to gradients of some rows looks like another number.
    """
    return 0 < len(trial.entrances) < len(trial.parameters)


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """No clipping, and every kind of it at the thresholds that either program names."""
    own = _own(trial)
    if own:
        yield f"the clipping of gradients {own} is missing", lambda t: _with(t, _raw(t))
    yield from _clipped(own, _thresholds(trial))


def others(trial: Trial) -> Iterator[Mistake]:
    """Clipping at any number of the port's, and other things done to gradients."""
    for words, kind in SMALLER.items():
        text = f"gradients are rounded to {words}"
        yield text, functools.partial(_in_other_type, kind)
    scalars = _positive(trial.ground.candidate.scalars())
    for number in scalars:
        words = f"gradients below {shown(number)} are set to 0"
        yield words, functools.partial(_emptied, number)
    for number in scalars:
        words = f"{shown(number)} times each weight is added to its gradient"
        yield words, functools.partial(_decayed, number)
    yield from _clipped(_own(trial), scalars)


def _clipped(own: str, thresholds: list[float]) -> Iterator[Mistake]:
    instead = f" instead of {own}" if own else "; the reference clips none"
    for threshold in thresholds:
        for words, clip in CLIPS.items():
            text = f"gradients are clipped {words} at {shown(threshold)}{instead}"
            yield text, functools.partial(_clipped_at, clip, threshold)


def _clipped_at(clip: Clip, threshold: float, trial: Trial) -> Named:
    return _changed(trial, clip(_raw(trial), threshold))


def _changed(trial: Trial, gradients: Arrays) -> Named:
    if _are_close(gradients, trial.reaching):
        raise Unchanged
    return _with(trial, gradients)


def _with(trial: Trial, gradients: Arrays) -> Named:
    return trial.again({tensor: gradients[name] for name, tensor in trial.entrances.items()})


def _raw(trial: Trial) -> Arrays:
    return {name: trial.raw[name] for name in trial.entrances}


def _decayed(share: float, trial: Trial) -> Named:
    part = np.float32(share)
    reaching = trial.reaching.items()
    return _changed(trial, {name: v + part * trial.before[name] for name, v in reaching})


def _in_other_type(kind: Any, trial: Trial) -> Named:
    return _with(trial, {name: rounded(value, kind) for name, value in trial.reaching.items()})


def _emptied(least: float, trial: Trial) -> Named:
    emptied = {
        name: np.where(np.abs(value) < least, value.dtype.type(0), value)
        for name, value in trial.reaching.items()
    }
    return _changed(trial, emptied)


def _thresholds(trial: Trial) -> list[float]:
    """Numbers at which gradients are clipped: what both programs have for that."""
    rule = trial.ground.candidate.rule()
    named = [rule[name] for name in ("clipnorm", "clipvalue", "global_clipnorm") if name in rule]
    rules = {t.name for name in trial.parameters for t in trial.update_of(name).numbers.values()}
    numbers = trial.ground.reference.numbers_of_update.items()
    return _positive([*named, *(value for tensor, value in numbers if tensor.name not in rules)])


def _positive(numbers: Iterable[Any]) -> list[float]:
    """Each once, without what is below a float's rounding: that is an epsilon."""
    return list(dict.fromkeys(float(number) for number in numbers if number > 1e-7))


def _own(trial: Trial) -> str:
    """What the reference does to gradients, in words; "" if nothing."""
    raw, reaching = _raw(trial), trial.reaching
    if _are_close(raw, reaching):
        return ""
    for threshold in _thresholds(trial):
        for words, clip in CLIPS.items():
            if _are_close(clip(raw, threshold), reaching):
                return f"{words} at {shown(threshold)}"
    return "that the reference does"


def _are_close(one: Arrays, other: Arrays) -> bool:
    return all(np.allclose(one[name], other[name], rtol=1e-5, atol=0) for name in other)


def _by_value(gradients: Arrays, limit: float) -> Arrays:
    bound = np.float32(limit)
    return {name: np.clip(value, -bound, bound) for name, value in gradients.items()}


def _by_norm(gradients: Arrays, limit: float) -> Arrays:
    return {name: _shrunk(value, _norm([value]), limit) for name, value in gradients.items()}


def _by_global_norm(gradients: Arrays, limit: float) -> Arrays:
    norm = _norm(list(gradients.values()))
    return {name: _shrunk(value, norm, limit) for name, value in gradients.items()}


def _shrunk(value: Array, norm: float, limit: float) -> Array:
    return (value * (limit / max(norm, limit))).astype(value.dtype)


def _norm(values: list[Array]) -> float:
    return float(np.sqrt(sum(np.square(value.astype(np.float64)).sum() for value in values)))


CLIPS: dict[str, Clip] = {
    "by global norm": _by_global_norm,
    "by the norm of each": _by_norm,
    "by value": _by_value,
}
