"""Other gradients that reach the reference's update: clipped otherwise, rounded, or not at all."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.reenacting.precision import SMALLER, rounded
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, Unchanged, shown

#: A kind of clipping in words -> the gradients clipped at a threshold.
Clip = Callable[[Arrays, float], Arrays]


class Reaching:
    """The gradients that reach the reference's update, and what is done to them before."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.tensors = {n: t for n, t in _reaching(trial).items() if n in trial.raw}
        self.raw = {name: trial.raw[name] for name in self.tensors}
        values = trial.look(list(self.tensors.values()))
        self.reaching = dict(zip(self.tensors, values, strict=True))
        self.own = _own(self.raw, self.reaching, _thresholds(trial))

    def clipping(self) -> Iterator[Mistake]:
        """No clipping, and every kind of it at the thresholds that either program names."""
        if self.own:
            words = f"the clipping of gradients {self.own} is missing"
            yield words, functools.partial(self._with, self.raw)
        yield from self._clipped(_thresholds(self._trial))

    def others(self) -> Iterator[Mistake]:
        """Clipping at any number of the port's, and other things done to gradients."""
        for words, kind in SMALLER.items():
            changed = _rounded(self.reaching, kind)
            yield f"gradients are rounded to {words}", functools.partial(self._with, changed)
        scalars = _positive(self._trial.ground.candidate.scalars())
        for number in scalars:
            words = f"gradients below {shown(number)} are set to 0"
            yield words, functools.partial(self._changed, _emptied, self.reaching, number)
        for number in scalars:
            words = f"{shown(number)} times each weight is added to its gradient"
            yield words, functools.partial(self._changed, self._decayed, self.reaching, number)
        yield from self._clipped(scalars)

    def _clipped(self, thresholds: list[float]) -> Iterator[Mistake]:
        instead = f" instead of {self.own}" if self.own else "; the reference clips none"
        for threshold in thresholds:
            for words, clip in CLIPS.items():
                text = f"gradients are clipped {words} at {shown(threshold)}{instead}"
                yield text, functools.partial(self._changed, clip, self.raw, threshold)

    def _changed(self, change: Clip, gradients: Arrays, number: float) -> Named:
        changed = change(gradients, number)
        if _are_close(changed, self.reaching):
            raise Unchanged
        return self._with(changed)

    def _with(self, gradients: Arrays) -> Named:
        return self._trial.again({self.tensors[name]: gradients[name] for name in self.tensors})

    def _decayed(self, gradients: Arrays, share: float) -> Arrays:
        part = np.float32(share)
        return {name: v + part * self._trial.before[name] for name, v in gradients.items()}


def _reaching(trial: Trial) -> dict[str, tf.Tensor]:
    """The tensor that reaches the update of each parameter."""
    tensors = {name: trial.update_of(name).gradient for name in trial.parameters}
    shapes = {name: trial.before[name].shape for name in tensors}
    return {
        name: tensor
        for name, tensor in tensors.items()
        if tensor is not None
        and tensor.shape.is_compatible_with(shapes[name])
        and tensor.graph.is_feedable(tensor)
    }


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


def _own(raw: Arrays, reaching: Arrays, thresholds: list[float]) -> str:
    """What the reference does to gradients, in words; "" if nothing."""
    if _are_close(raw, reaching):
        return ""
    for threshold in thresholds:
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


def _rounded(gradients: Arrays, kind: Any) -> Arrays:
    return {name: rounded(value, kind) for name, value in gradients.items()}


def _emptied(gradients: Arrays, least: float) -> Arrays:
    return {
        name: np.where(np.abs(value) < least, value.dtype.type(0), value)
        for name, value in gradients.items()
    }
