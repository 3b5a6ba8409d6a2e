"""Another number in the reference's update: a learning rate, a momentum, an epsilon."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, shown
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.side import State

RATE = "learning_rate"

#: A rate is solved for so often, each time from the last.
SOLVED = 3


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """Other numbers: those of the port's optimizer."""
    tensors = _tensors(trial)
    others = _of_port(trial, tensors)
    for name, value in others.items():
        yield (
            _words(name, value, tensors[name]),
            functools.partial(_with, trial, tensors, {name: value}),
        )
    if len(others) > 1:
        each = [_words(name, value, tensors[name]) for name, value in others.items()]
        yield " and ".join(each), functools.partial(_with, trial, tensors, others)


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
    trial: Trial, tensors: Mapping[str, list[tf.Tensor]], values: Mapping[str, float]
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


def rates(trial: Trial, only_named: bool = False) -> Iterator[Mistake]:
    """Learning rates that are solved for: a step is proportional to its rate.

    Args:
      trial: the step.
      only_named: whether to try those only that the port computes with. Gradients that are clipped
        by their global norm look like another rate.
    """
    scalars = np.array(trial.ground.candidate.scalars() or [np.nan])
    of_rate: dict[str, list[str]] = {}
    tensors: dict[str, tf.Tensor] = {}
    for name in trial.parameters:
        tensor = trial.update_of(name).numbers.get(RATE)
        if tensor is not None:
            of_rate.setdefault(tensor.name, []).append(name)
            tensors[tensor.name] = tensor
    if not tensors:
        return
    old = {name: float(trial.look(tensor)) for name, tensor in tensors.items()}
    rates, after = dict(old), trial.here
    for _ in range(SOLVED):
        factors = {name: _factor(trial, after, of_rate[name]) for name in rates}
        if not all(map(np.isfinite, factors.values())):
            return
        rates = {name: rate * factors[name] for name, rate in rates.items()}
        for digits in (3, 6, 9):
            tried = {name: float(f"{rate:.{digits}g}") for name, rate in rates.items()}
            if only_named and not all(np.isclose(r, scalars, 1e-6).any() for r in tried.values()):
                continue
            fed = {tensors[name]: _like(tensors[name], rate) for name, rate in tried.items()}
            yield (
                _rate_words(trial, tensors, of_rate, old, tried),
                functools.partial(trial.again, fed),
            )
        after = trial.again({t: _like(t, rates[name]) for name, t in tensors.items()})


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
    tensors: Mapping[str, tf.Tensor],
    of_rate: Mapping[str, list[str]],
    old: Mapping[str, float],
    new: Mapping[str, float],
) -> str:
    changed = [name for name in old if not np.isclose(old[name], new[name], rtol=1e-6, atol=0)]
    words = []
    for name in changed:
        first = _first(trial, tensors[name])
        some = f" of {', '.join(of_rate[name])}" if len(old) > 1 else ""
        words.append(f"the learning rate{some} {_contrast(trial, first, old, new, name)}")
    return " and ".join(words)


def _first(trial: Trial, tensor: tf.Tensor) -> float:
    ground = trial.ground
    return float(ground.reference.fetch(ground.reference.beginning(), ground.batches[0], tensor))


def _contrast(
    trial: Trial, first: float, old: Mapping[str, float], new: Mapping[str, float], name: str
) -> str:
    here, there = old[name], new[name]
    if not trial.since:  # they differ from the beginning
        return f"is {shown(there)} instead of {shown(here)}"
    when = f"after {trial.steps:,} step{'s' * (trial.steps != 1)}"
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
                called = sorted(names)[0] if names else _called(group[0], rest)
                yield (
                    f"{called} is {shown(value)} instead of {shown(old)}",
                    functools.partial(trial.again, fed, _powers(trial, old, value)),
                )


def _rest(value: float) -> float:
    """What is left of 1, as it is shown: a moving average has both."""
    return float(shown(1 - value))


def _by_value(numbers: Mapping[tf.Tensor, Array]) -> dict[float, list[tf.Tensor]]:
    groups: dict[float, list[tf.Tensor]] = {}
    for tensor, value in numbers.items():
        groups.setdefault(float(shown(value)), []).append(tensor)
    return groups


def _called(tensor: tf.Tensor, rest: list[tf.Tensor]) -> str:
    return f"the constant {tensor.op.name}"
