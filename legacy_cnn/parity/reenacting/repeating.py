"""Gradients that are applied twice, and gradients of two batches that are applied once."""

import functools
from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.side import State

#: How the gradients of two batches become one -> what their sum is multiplied by.
JOINED = {"mean": 0.5, "sum": 1.0}


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """Two updates in a step: one after the other with the same gradients, or each with its own."""
    # Twice a plain gradient is also twice the rate. A port that counts both updates tells.
    steps = [by for _, by in trial.ground.candidate_clock.counters.values()]
    if 2 in steps or _are_slots_other(trial):
        for is_counted in (True, False):
            yield "each step applies its gradients twice", functools.partial(_applied, is_counted)
            yield "each batch is trained on twice", functools.partial(_taken, is_counted)


def _applied(is_counted: bool, trial: Trial) -> Named:
    return trial.applied_again(_counted(trial, is_counted))


def _taken(is_counted: bool, trial: Trial) -> Named:
    return trial.taken_again(_counted(trial, is_counted))


def _counted(trial: Trial, is_counted: bool) -> State:
    """The numbers of steps of the reference, if each before counts twice."""
    clock = trial.ground.reference_clock
    return clock.at(2 * trial.steps, trial.moves.state) if is_counted else {}


def _are_slots_other(trial: Trial) -> bool:
    """Whether slots tell two updates from one that is larger."""
    return any(not isinstance(key, str) and key[0] != VALUE for key in trial.differing)


def accumulated(first: Trial, later: Trial) -> Iterator[Mistake]:
    """A step that changes nothing, and the next one with the gradients of both batches.

    Args:
      first: the step that differs first.
      later: the next one.
    """
    if not all(np.array_equal(first.there[key], first.before[key]) for key in first.keys):
        return
    for how, share in JOINED.items():
        words = f"a step applies the {how} of the gradients of two batches, every other step none"
        for is_counted in (False, True):
            yield words, functools.partial(_joined, first, np.float32(share), is_counted)


def _joined(first: Trial, share: np.float32, is_counted: bool, later: Trial) -> Named:
    gradients: Arrays = {
        name: share * (first.raw[name] + later.raw[name]) for name in later.entrances
    }
    fed = {tensor: gradients[name] for name, tensor in later.entrances.items()}
    return later.again(fed, _not_moved(first, later, is_counted))


def _not_moved(first: Trial, later: Trial, is_counted: bool) -> State:
    """What the candidate does not have of the reference's last step.

    Args:
      first: that step.
      later: the next one.
      is_counted: whether the step that changes nothing counts.
    """
    reference = first.ground.reference
    given = {*reference.parameters.values()}
    given |= {reference.slots[key] for key in later.keys if key in reference.slots}
    state = {key: value for key, value in first.moves.state.items() if key not in given}
    counted = first.ground.reference_clock.at(later.steps, state) if is_counted else {}
    return {**state, **{key: value for key, value in counted.items() if key in state}}
