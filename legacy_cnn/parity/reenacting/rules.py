"""Other rules of an update than the reference's, and parameters that are left out of it."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.numbers import RATE
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, shown


def frozen(trial: Trial) -> Iterator[Mistake]:
    """Parameters that the candidate leaves as they are."""
    left = [name for name in trial.parameters if _is_left(trial, name)]
    if not left:
        return
    if len(left) == len([name for name in trial.parameters if _moves(trial, name)]):
        yield (
            "this step changes no parameter of the port",
            functools.partial(_put_back, left),
        )
        return
    verb = "is" if len(left) == 1 else "are"
    yield f"{', '.join(left)} {verb} not trained", functools.partial(_put_back, left)


def _is_left(trial: Trial, name: str) -> bool:
    return _moves(trial, name) and np.array_equal(trial.there[name], trial.before[name])


def _moves(trial: Trial, name: str) -> bool:
    return not np.array_equal(trial.here[name], trial.before[name])


def _put_back(left: list[str], trial: Trial) -> Named:
    """What the reference has after the step, but for some parameters and their slots."""
    own = {key for key in trial.before if (key if isinstance(key, str) else key[1]) in left}
    # A slot of a parameter that is not trained may be kept or not.
    kept = {key: trial.there.get(key, trial.before[key]) for key in own if key not in left}
    return {**trial.here, **kept, **{name: trial.before[name] for name in left}}


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """Momentum for Nesterov's and the reverse, a velocity that holds rates, weight decay."""
    if _momentum(trial):
        yield _nesterov(trial), functools.partial(_moved, _turned)
        yield _VELOCITY, functools.partial(_moved, _velocity)
    for words, slots, after in (
        ("the optimizer is not centered, the reference's is", _CENTERED, _uncentered),
        ("the optimizer is Adam with amsgrad, the reference's is without it", {"m", "v"}, _amsgrad),
    ):
        if all(set(trial.update_of(name).slots) == slots for name in trial.parameters):
            yield words, functools.partial(_each, after)
    yield from _weight_decay(trial)


#: The slots of TensorFlow 1's centered RMSProp.
_CENTERED = {"mean gradient", "mean square", "momentum"}


def _each(after: Callable[[Trial, str], Named], trial: Trial) -> Named:
    changed = [after(trial, name) for name in trial.parameters]
    return {**trial.here, **{key: value for each in changed for key, value in each.items()}}


def _looked_up(trial: Trial, name: str, *numbers: str) -> list[Any]:
    update = trial.update_of(name)
    return trial.look([update.gradient, *(update.numbers[number] for number in numbers)])


def _uncentered(trial: Trial, name: str) -> Named:
    gradient, rate, momentum, epsilon = _looked_up(trial, name, RATE, "momentum", "epsilon")
    spread = np.sqrt(trial.here[("mean square", name)] + epsilon)
    slot = momentum * trial.before[("momentum", name)] + rate * gradient / spread
    return {name: trial.before[name] - slot, ("momentum", name): slot}


def _amsgrad(trial: Trial, name: str) -> Named:
    """A step divided by the larger one of two mean squares."""
    _, epsilon = _looked_up(trial, name, "epsilon")
    usual, largest = (np.sqrt(value) + epsilon for value in _mean_squares(trial, name))
    move = (trial.here[name] - trial.before[name]) * (usual / largest)
    return {name: trial.before[name] + move}


def _mean_squares(trial: Trial, name: str) -> tuple[Array, Array]:
    before, here = (state[("v", name)] for state in (trial.before, trial.here))
    return here, np.maximum(before, here)


class _Step:
    """The numbers of one parameter's step of momentum."""

    def __init__(self, trial: Trial, name: str, values: dict[str, Any]) -> None:
        self.before, self.slot = trial.before[name], trial.before[("momentum", name)]
        self.gradient = values["gradient"]
        self.rate, self.momentum = np.float32(values[RATE]), np.float32(values["momentum"])
        self.is_nesterov = bool(trial.update_of(name).flags.get("nesterov"))
        # The slot is the candidate's, divided by this factor.
        factors = {key: each.factor for each in trial.ground.slots for key in each.names}
        self.factor = np.float32(factors.get(("momentum", name), 1.0))


def _momentum(trial: Trial) -> dict[str, _Step]:
    """The steps of all parameters, if each is one of momentum."""
    steps = {}
    for name in trial.parameters:
        update = trial.update_of(name)
        if (
            set(update.slots) != {"momentum"}
            or not {RATE, "momentum"} <= update.numbers.keys()
            or update.gradient is None
            or update.optimizer != "SGD"
        ):
            return {}
        tensors = {"gradient": update.gradient, **update.numbers}
        steps[name] = _Step(trial, name, trial.look(tensors))
    return steps


def _nesterov(trial: Trial) -> str:
    flags = trial.update_of(trial.parameters[0]).flags
    kinds = ["momentum without Nesterov's look ahead", "Nesterov momentum"]
    there, here = kinds if flags.get("nesterov") else reversed(kinds)
    return f"the optimizer has {there}, the reference {here}"


#: What Keras' SGD keeps, which differs from TensorFlow 1's slot if the rate falls.
_VELOCITY = (
    "the momentum holds steps, each with the rate of its time (Keras' SGD), the reference's "
    "holds gradients: under a rate that changes the two differ"
)


def _moved(rule: Callable[[_Step], Any], trial: Trial) -> Named:
    after = dict(trial.here)
    for name, step in _momentum(trial).items():
        after[name], after[("momentum", name)] = rule(step)
    return after


def _turned(step: _Step) -> tuple[Array, Array]:
    slot = step.momentum * step.slot + step.gradient
    ahead = step.gradient + step.momentum * slot
    return step.before - step.rate * (slot if step.is_nesterov else ahead), slot


def _velocity(step: _Step) -> tuple[Array, Array]:
    velocity = step.momentum * (step.factor * step.slot) - step.rate * step.gradient
    move = step.momentum * velocity - step.rate * step.gradient if step.is_nesterov else velocity
    return step.before + move, velocity / step.factor


def _weight_decay(trial: Trial) -> Iterator[Mistake]:
    """A part of each weight, or of some, that is taken off in the step."""
    some = [name for name in trial.parameters if name in trial.differing]
    if not some:
        return
    share = _share(trial, some[0])
    if not np.isfinite(share) or abs(share) < 1e-9:
        return
    tensor = trial.update_of(some[0]).numbers.get(RATE)
    rate = 1.0 if tensor is None else float(trial.look(tensor))
    of = "each weight" if len(some) == len(trial.parameters) else ", ".join(some)
    for digits in (3, 6, 9):
        decay = float(f"{share / rate:.{digits}g}")
        amount = "of it" if tensor is None else "times the learning rate"
        words = f"a step takes {shown(decay)} {amount} off {of} (weight decay)"
        yield words, functools.partial(_with_decay, some, decay, tensor)


def _share(trial: Trial, name: str) -> float:
    before = trial.before[name].astype(np.float64)
    square = np.vdot(before, before)
    lost = trial.here[name].astype(np.float64) - trial.there[name]
    return float(np.vdot(before, lost) / square) if square else 0.0


def _with_decay(names: list[str], decay: float, rate: Any, trial: Trial) -> Named:
    """Keras takes it off before the step."""
    part = np.float32(decay if rate is None else decay * float(trial.look(rate)))
    return {**trial.here, **{n: trial.here[n] - part * trial.before[n] for n in names}}
