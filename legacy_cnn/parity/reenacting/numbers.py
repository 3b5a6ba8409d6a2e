"""Another number in the reference's update: a learning rate, a momentum, an epsilon."""

import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, shown
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.side import State

RATE = "learning_rate"

#: A rate is solved for so often, each time from the last.
SOLVED = 3

#: How near to a rate that is solved for a number of the port's must be.
CLOSE = 1e-4


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """Other numbers: those of the port's optimizer."""
    tensors = _tensors(trial)
    others = _of_port(trial, tensors)
    for name, value in others.items():
        yield _words(name, value, tensors[name]), functools.partial(_with, tensors, {name: value})
    if len(others) > 1:
        each = [_words(name, value, tensors[name]) for name, value in others.items()]
        yield " and ".join(each), functools.partial(_with, tensors, others)


def _tensors(trial: Trial) -> dict[str, list[tf.Tensor]]:
    """Name of a number in Keras -> the tensors that are that number in some update."""
    tensors: dict[str, dict[str, tf.Tensor]] = {}
    for parameter in trial.parameters:
        for name, tensor in trial.update_of(parameter).numbers.items():
            tensors.setdefault(name, {})[tensor.name] = tensor
    return {name: list(each.values()) for name, each in tensors.items()}


def _of_port(trial: Trial, tensors: Mapping[str, list[tf.Tensor]]) -> dict[str, float]:
    """The numbers of the port's optimizer that are others, by their names."""
    rule = trial.ground.candidate.rule()
    constants = {name: flow.constant(each[0]) for name, each in tensors.items()}
    return {
        name: float(rule[name])
        for name, value in constants.items()
        if value is not None and isinstance(rule.get(name), int | float)
        if np.float32(rule[name]) != np.float32(value)
    }


def _words(name: str, value: float, tensors: list[tf.Tensor]) -> str:
    old = flow.constant(tensors[0])
    instead = "" if old is None else f" instead of {shown(old)}"
    return f"the {name.replace('_', ' ') if name == RATE else name} is {shown(value)}{instead}"


def _with(
    tensors: Mapping[str, list[tf.Tensor]], values: Mapping[str, float], trial: Trial
) -> Named:
    fed = {t: _like(t, value) for name, value in values.items() for t in tensors[name]}
    state: State = {}
    for name, value in values.items():
        state.update(_powers(trial, flow.constant(tensors[name][0]), value))
    return trial.again(fed, state)


def _like(tensor: tf.Tensor, value: Any) -> Array:
    return np.asarray(value, tensor.dtype.as_numpy_dtype)


def _powers(trial: Trial, old: Any, new: float) -> State:
    """TensorFlow 1 keeps powers of Adam's betas in variables, which go with the betas."""
    state: State = {}
    if old is None or not 0 < float(old) < 1 or not 0 < new < 1:
        return state
    for key, (_, base) in trial.ground.reference_clock.powers.items():
        value = trial.moves.state[key]
        if np.isclose(base, float(old), rtol=1e-6, atol=0) and value > 0:
            power = round(np.log(float(value)) / np.log(base))
            state[key] = np.asarray(new**power, value.dtype)
    return state


# Rates ------------------------------------------------------------------------------------------


class _Rates(NamedTuple):
    """The learning rates of a reference, by the names of their tensors."""

    tensors: dict[str, tf.Tensor]
    parameters: dict[str, list[str]]  #: that have the rate

    def feed(self, rates: Mapping[str, float]) -> dict[tf.Tensor, Array]:
        return {tensor: _like(tensor, rates[name]) for name, tensor in self.tensors.items()}

    def of(self, trial: Trial) -> dict[str, float]:
        """Those of a step."""
        return {name: float(trial.look(tensor)) for name, tensor in self.tensors.items()}


def rates(trial: Trial) -> Iterator[Mistake]:
    """Learning rates that are solved for: a step is proportional to its rate.

    Much looks like another rate in one step. So it must be a number that the port computes, and
    be the same in another step; or, if it is not, be another that the port computes there.
    """
    own = _rates(trial)
    old = own.of(trial)
    for tried in _solved(trial, own):
        if any(_is_changed(old, tried)):
            if not trial.since and _are_first(trial, own, old):
                words = _rate_words(trial, own, old, tried, is_constant=True)
                yield words, functools.partial(_at, own, tried)
            words = _rate_words(trial, own, old, tried, is_constant=False)
            yield words, functools.partial(_at_its_own, own, tried)


def _rates(trial: Trial) -> _Rates:
    found = _Rates({}, {})
    for name in trial.parameters:
        tensor = trial.update_of(name).numbers.get(RATE)
        if tensor is not None:
            found.parameters.setdefault(tensor.name, []).append(name)
            found.tensors[tensor.name] = tensor
    return found


def _are_first(trial: Trial, own: _Rates, rates: Mapping[str, float]) -> bool:
    """Whether the reference still has the rates that it began with."""
    return all(np.isclose(_first(trial, own.tensors[n]), r, 1e-6, 0) for n, r in rates.items())


def _at(own: _Rates, rates: Mapping[str, float], trial: Trial) -> Named:
    return trial.again(own.feed(rates))


def _at_its_own(own: _Rates, rates: Mapping[str, float], trial: Trial) -> Named:
    """A step at the given rates, or at those that explain it."""
    tried = itertools.chain([rates], _solved(trial, own))
    steps = (functools.partial(_at, own, some) for some in tried)
    explaining = next(filter(trial.explains, steps), functools.partial(_at, own, rates))
    return explaining(trial)


def _solved(trial: Trial, own: _Rates) -> Iterator[dict[str, float]]:
    """Rates with which the reference moves as far as the candidate, which computes them."""
    rates, after = own.of(trial), trial.here
    for _ in range(SOLVED if rates else 0):
        factors = {name: _factor(trial, after, own.parameters[name]) for name in rates}
        if not all(map(np.isfinite, factors.values())):
            return
        rates = {name: rate * factors[name] for name, rate in rates.items()}
        seen = {name: _nearest(trial.computed, rate) for name, rate in rates.items()}
        if all(np.isclose(seen[name], rate, CLOSE, 0) for name, rate in rates.items()):
            yield seen
        after = _at(own, rates, trial)


def _nearest(numbers: Array, rate: float) -> float:
    return float(numbers[np.abs(numbers - rate).argmin()]) if numbers.size else np.nan


def _is_changed(old: Mapping[str, float], new: Mapping[str, float]) -> list[bool]:
    return [not np.isclose(old[name], new[name], rtol=1e-6, atol=0) for name in old]


def _factor(trial: Trial, after: Named, names: list[str]) -> float:
    """By which factor the candidate moves some parameters further."""
    product = square = 0.0
    for name in names:
        before = trial.before[name].astype(np.float64)
        moved, other = after[name] - before, trial.there[name] - before
        product += float(np.vdot(moved, other))
        square += float(np.vdot(moved, moved))
    return product / square if square else 1.0


def _rate_words(
    trial: Trial,
    own: _Rates,
    old: Mapping[str, float],
    new: Mapping[str, float],
    is_constant: bool,
) -> str:
    words = []
    for name, is_changed in zip(old, _is_changed(old, new), strict=True):
        some = f" of {', '.join(own.parameters[name])}" if len(old) > 1 else ""
        contrast = f"is {shown(new[name])} instead of {shown(old[name])}"
        if not is_constant:
            first = _first(trial, own.tensors[name])
            contrast = _contrast(trial.steps, first, old[name], new[name])
        if is_changed:
            words.append(f"the learning rate{some} {contrast}")
    return " and ".join(words)


def _first(trial: Trial, tensor: tf.Tensor) -> float:
    ground = trial.ground
    return float(ground.reference.fetch(ground.reference.beginning(), ground.batches[0], tensor))


def _contrast(steps: int, first: float, here: float, there: float) -> str:
    when = f"after {steps:,} step{'s' * (steps != 1)}"
    if np.isclose(here, first, rtol=1e-5):
        return f"is {shown(there)} {when}; the reference's is still {shown(here)}"
    if np.isclose(there, first, rtol=1e-5):
        return f"is still {shown(there)} {when}; the reference's is {shown(here)}"
    return f"is {shown(there)} instead of {shown(here)} {when}"


# Constants --------------------------------------------------------------------------------------


def constants(trial: Trial) -> Iterator[Mistake]:
    """Other constants of the update: numbers that the port's step computes with."""
    tensors = _tensors(trial)
    known = {tensor.name: name for name, each in tensors.items() for tensor in each}
    groups = _by_value(trial.ground.reference.numbers_of_update)
    scalars = [value for value in trial.ground.candidate.scalars() if 0 <= value < 2]
    for old, group in groups.items():
        names = {known[tensor.name] for tensor in group if tensor.name in known}
        if RATE in names or names & set(trial.ground.candidate.rule()):
            continue
        rest = groups.get(_rest(old), []) if 0 < old < 1 and old != _rest(old) else []
        for value in scalars:
            if value != old:
                fed = {t: _like(t, value) for t in group}
                fed.update({t: _like(t, 1 - value) for t in rest})
                called = sorted(names)[0] if names else f"the constant {group[0].op.name}"
                words = f"{called} is {shown(value)} instead of {shown(old)}"
                yield words, functools.partial(_with_constants, fed, old, value)


def _with_constants(
    fed: Mapping[tf.Tensor, Array], old: float, value: float, trial: Trial
) -> Named:
    return trial.again(fed, _powers(trial, old, value))


def _rest(value: float) -> float:
    """What is left of 1, as it is shown: a moving average has both."""
    return float(shown(1 - value))


def _by_value(numbers: Mapping[tf.Tensor, Array]) -> dict[float, list[tf.Tensor]]:
    groups: dict[float, list[tf.Tensor]] = {}
    for tensor, value in numbers.items():
        groups.setdefault(float(shown(value)), []).append(tensor)
    return groups
