"""Adam's correction of its moments for their bias: missing, added, or of another step."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.numbers import RATE
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.side import State

#: The decay rate of a moment in Keras -> the moment in words.
MOMENTS = {"beta_1": "first moment", "beta_2": "second moment"}


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """The correction of both moments, and of each."""
    powers = _powers(trial)
    if powers:
        words = "the moments are not corrected for their bias (Adam divides each by 1 - beta^step)"
        yield words, functools.partial(_uncorrected, list(powers.values()))
    for beta, key in powers.items() if len(powers) > 1 else ():
        words = f"the {MOMENTS[beta]} is not corrected for its bias (Adam divides it by 1 - {beta}"
        yield f"{words}^step)", functools.partial(_uncorrected, [key])
    for steps in _first_counts(trial) if powers else ():
        words = f"the port's optimizer begins as if it had taken {steps:,} steps"
        yield words, functools.partial(_later, steps)
    rule = trial.ground.candidate.rule()
    betas = [float(rule[name]) for name in MOMENTS if name in rule]
    if len(betas) == len(MOMENTS) and max(betas) < 1 and _is_by_hand(trial):
        words = "the moments are corrected for their bias (Adam), those of the reference are not"
        yield words, functools.partial(_corrected, betas)


def _powers(trial: Trial) -> dict[str, Any]:
    """The variables with the powers of Adam's betas."""
    numbers = [trial.update_of(name).numbers for name in trial.parameters]
    powers = {}
    for beta in MOMENTS:
        values = [flow.constant(each[beta]) for each in numbers if beta in each]
        for key, (_, base) in trial.ground.reference_clock.powers.items():
            if any(value is not None and np.isclose(base, value, 1e-6, 0) for value in values):
                powers[beta] = key
    return powers


def _uncorrected(keys: list[Any], trial: Trial) -> Named:
    """With powers of 0 nothing is divided."""
    state: State = {key: np.zeros_like(trial.moves.state[key]) for key in keys}
    return trial.again({}, state)


def _first_counts(trial: Trial) -> list[int]:
    """The numbers of steps that the port may begin with."""
    counters = trial.ground.candidate_clock.counters.values()
    return sorted({int(first) for first, by in counters if by == 1 and first > 0})


def _later(steps: int, trial: Trial) -> Named:
    clock = trial.ground.reference_clock
    return trial.again({}, clock.at(steps + trial.steps, trial.moves.state))


def _is_by_hand(trial: Trial) -> bool:
    """Whether the reference's rule is written in operations."""
    return not any(trial.update_of(name).optimizer for name in trial.parameters)


def _corrected(betas: list[float], trial: Trial) -> Named:
    """Each weight moved further; what decays, outside of that, is not."""
    factors = [_factor(betas, trial.steps + 1, kind) for kind in (np.float64, np.float32)]
    rule = trial.ground.candidate.rule()
    part = np.float32((rule.get("weight_decay") or 0) * (rule.get(RATE) or 0))
    after = dict(trial.here)
    for name in trial.parameters:
        before, move = trial.before[name], trial.here[name] - trial.before[name]
        decay = part * before
        ways = [
            moved
            for factor in factors
            for moved in (before + factor * move, before + factor * (move + decay) - decay)
        ]
        after[name] = min(ways, key=functools.partial(_apart, trial.there[name]))
    return after


def _factor(betas: list[float], step: int, kind: type[np.floating]) -> np.float32:
    """What the corrections multiply the rate by.

    In float32 1 - beta^step loses many digits in the first steps, and ports compute it in either.
    """
    first, second = (kind(1) - kind(beta) ** kind(step) for beta in betas)
    return np.float32(np.sqrt(second) / first)


def _apart(there: Array, value: Array) -> float:
    return float(np.abs(value - there).max(initial=0))
