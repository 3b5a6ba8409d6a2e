"""A step or an update after which the programs differ, taken again by the reference with mistakes.

A mistake explains the difference if every parameter and slot is then as the candidate has it.
"""

import contextlib
import copy
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.moves import Moves
from legacy_cnn.parity.reenacting.closeness import FAR, NEARER, apart
from legacy_cnn.parity.rounding import BOUND, Noise
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.side import State
from legacy_cnn.parity.updates import Update

#: Takes the step again: from a state, with some tensors fed.
Run = Callable[[State, Mapping[Any, Any]], State]

#: Fetches tensors of the step, which is not taken.
Look = Callable[[Any], Any]

#: Parameters by name and slots by (slot, parameter).
Named = dict[Any, Array]

#: A mistake in words, and what makes it in a step: the parameters and slots after it.
Mistake = tuple[str, Callable[["Trial"], Named]]

#: What TensorFlow raises if a tensor cannot be fed, or not with that value.
REFUSED = (tf.errors.OpError, ValueError, TypeError, KeyError)


class Unchanged(ValueError):
    """A mistake makes no difference here."""


#: So many mistakes are tried at least and at most, and so many numbers are computed in all.
LEAST, MOST, NUMBERS = 40, 300, 2e8


class Trial:
    """A step of both programs from one state of the reference, and how to take it again."""

    def __init__(
        self,
        moves: Moves,
        after: tuple[Named, Named],
        keys: Iterable[Any],
        noise: Noise,
        run: Run,
        look: Look,
        raw: Callable[[], Arrays],
        computed: Callable[[], list[float]],
        steps: int = 0,
    ) -> None:
        """Describes the step.

        Args:
          moves: from the state before it.
          after: of both programs, by name.
          keys: of what is compared.
          noise: of what the reference has after it.
          run: takes it again.
          look: fetches tensors of it.
          raw: returns the gradients of the loss by parameter.
          computed: returns the single numbers that the candidate's step computes.
          steps: that were taken before.
        """
        self.moves, self.noise, self.steps = moves, noise, steps
        self.since = steps  #: after how many steps the programs were first seen to differ
        self.before: Named = moves.before
        self.here, self.there = after
        self.keys = [key for key in keys if key in self.there and key in self.here]
        self.look, self._run, self._raw, self._computed = look, run, raw, computed

    @property
    def ground(self) -> Ground:
        return self.moves.ground

    def again(self, fed: Mapping[Any, Any], state: State | None = None) -> Named:
        """The reference's parameters and slots after the step with some tensors fed.

        Args:
          fed: dict from tensors to the values to use in their place.
          state: variables that have other values before the step.
        """
        return self.moves.named(self._run({**self.moves.state, **(state or {})}, fed))

    def applied_again(self, state: State) -> Named:
        """The reference's parameters and slots if the step's gradients are applied twice.

        Args:
          state: variables that have other values before the step.

        Raises:
          Unchanged: not all gradients can be fed to an update.
        """
        reference, gradients = self.ground.reference, self._raw()
        if not set(reference.trained) <= reference.raw_gradients.keys() <= gradients.keys():
            raise Unchanged
        fed = {name: gradients[name] for name in reference.raw_gradients}
        once = self._run({**self.moves.state, **state}, {})
        after = self.moves.named(reference.update(once, fed))
        averages = {key: value for key, value in self.here.items() if key[0] == VALUE}
        return {**after, **averages}  # the layers are passed through once

    def taken_again(self, state: State) -> Named:
        """The reference's parameters and slots after a second step with the same batch."""
        return self.moves.named(self._run(self._run({**self.moves.state, **state}, {}), {}))

    def explains(self, mistake: Callable[["Trial"], Named]) -> bool:
        """Whether everything that is compared is as the candidate has it."""
        after = mistake(self)
        times = self._apart(after, self.noise)
        if any(BOUND < one <= FAR for one in times.values()) and max(times.values()) <= FAR:
            # A mistake makes other numbers, and other ones round otherwise.
            times = self._apart(after, Noise(after, lambda: mistake(self._nudged)))
        return all(self._is_as_candidate(key, one) for key, one in times.items())

    def _apart(self, after: Named, noise: Noise) -> dict[Any, float]:
        return {
            key: apart(after[key], self.there[key], functools.partial(noise.of, key))
            for key in self.keys
        }

    @functools.cached_property
    def _nudged(self) -> "Trial":
        """The step with its numbers and its state moved by rounding."""
        again = copy.copy(self)
        again._run = lambda state, fed: self._run(*self.moves.nudged(state, fed))
        return again

    def _is_as_candidate(self, key: Any, times: float) -> bool:
        return times <= BOUND and (self._unmended[key] <= BOUND or self._is_nearer(key, times))

    def _is_nearer(self, key: Any, times: float) -> bool:
        return times <= NEARER * self._unmended[key]

    @functools.cached_property
    def _unmended(self) -> dict[Any, float]:
        return self._apart(self.here, self.noise)

    @functools.cached_property
    def differing(self) -> list[Any]:
        """The keys of what differs."""
        return [key for key in self.keys if self._unmended[key] > BOUND]

    @property
    def parameters(self) -> list[str]:
        """The parameters that are compared."""
        return [key for key in self.keys if isinstance(key, str)]

    @functools.cached_property
    def raw(self) -> Arrays:
        """The gradients of the loss by the parameters that are compared."""
        return {name: value for name, value in self._raw().items() if name in self.parameters}

    @functools.cached_property
    def computed(self) -> Array:
        """The single numbers that the candidate has, or computes in its step."""
        return np.array([*self.ground.candidate.scalars(), *self._computed()])

    @functools.cached_property
    def entrances(self) -> dict[str, tf.Tensor]:
        """The tensor that reaches the reference's update of each parameter, if it can be fed."""
        tensors = {name: self.update_of(name).gradient for name in self.parameters}
        return {
            name: tensor
            for name, tensor in tensors.items()
            if tensor is not None
            and name in self.raw
            and tensor.shape.is_compatible_with(self.before[name].shape)
            and tensor.graph.is_feedable(tensor)
        }

    @functools.cached_property
    def reaching(self) -> Arrays:
        """The gradients that reach the reference's update, after what is done to them before."""
        values = self.look(list(self.entrances.values()))
        return dict(zip(self.entrances, values, strict=True))

    def update_of(self, name: str) -> Update:
        """How the reference updates a parameter."""
        reference = self.ground.reference
        return reference.updates.get(reference.parameters[name], Update([]))


def explanation(trials: Sequence[Trial], mistakes: Iterator[Mistake]) -> str:
    """The first of some mistakes that explains the differences in all of some steps, or ""."""
    size = sum(value.size for value in trials[0].before.values())
    tries = int(np.clip(NUMBERS / max(1, size), LEAST, MOST))
    with contextlib.suppress(*REFUSED):
        for words, after in mistakes:
            try:
                if all(trial.explains(after) for trial in trials):
                    return words
            except Unchanged:
                continue
            except REFUSED:
                pass
            tries -= 1
            if not tries:
                break
    return ""


def shown(value: Any) -> str:
    """A number as it is written in a program."""
    return f"{float(np.float32(value)):.6g}"
