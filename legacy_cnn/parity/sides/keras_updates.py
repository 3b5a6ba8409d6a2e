"""The updates of a Keras model: those of its optimizer, or of a step that changes gradients."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.handing import before_changes, is_near
from legacy_cnn.parity.sides.keras_optimizer import is_slot
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.side import Batch, State, Values


class KerasUpdates(LiftedSide):
    """A Keras model that updates its weights from given gradients."""

    #: What the steps were lifted with.
    _sample: Batch
    #: Whether a training step gives the optimizer one gradient for each variable.
    updates_once = False
    #: id of a variable -> its gradient in the training step, before the step clips it.
    _before_changes: Mapping[Any, Any] = {}

    def slot_of(self, slot: str, parameter: Any, fitting: list[Any]) -> Any:
        path = self.label(parameter)
        return next((key for key in fitting if is_slot(self.label(key), slot, path)), None)

    def find_unchanged(self, gradients: State, values: Values, are_changed: bool) -> None:
        """Finds the gradients that a step of its own changes before it hands them over.

        A step that clips them is given them before it does so, as the reference is. If that hands
        them over as they are, and the step others, this is no part of the update, but of the step.

        Args:
          gradients: by the keys of the variables, as the reference computes them.
          values: of a training step from the same state.
          are_changed: whether the reference changes them, too.
        """
        handed = {key: self._handed[key] for key in gradients if key in self._handed}
        is_known = handed and handed.keys() == gradients.keys() and "update" in self._steps
        if not is_known or not self.updates_once:
            return
        graph = self._steps["train"].session.graph
        reachable = {tensor.name for op in graph.get_operations() for tensor in op.outputs}
        if not set(handed.values()) <= reachable:
            return  # some are handed over in a branch, as where a loss is scaled
        found, is_changed = {}, False
        for key, name in handed.items():
            tensor = graph.get_tensor_by_name(name)
            first = before_changes(tensor, gradients[key], values.tensors)
            is_other = not are_changed and not is_near(values.tensors.get(name), gradients[key])
            if first is None or is_other:
                return
            found[key] = first
            passed_on = flow.source(tensor, "Reshape"), flow.source(first, "Reshape")
            is_changed |= passed_on[0].name != passed_on[1].name
        if is_changed:
            self._before_changes = found

    def update(self, state: State, gradients: State) -> State:
        if self._before_changes:
            return self._update_in_step(state, gradients)
        if self._set_by_step:
            after = self.step(state, self._sample)
            state = {**state, **{key: after[key] for key in self._set_by_step}}
        self._load("update", state)
        self._steps["update"].step(*self._handed_over(state, gradients))
        return self._after("update", state)

    def _update_in_step(self, state: State, gradients: State) -> State:
        fed = {
            tensor: gradients.get(key, np.zeros_like(state[key]))
            for key, tensor in self._before_changes.items()
        }
        self._run_train(state, self._sample, {**self._noise_feed(self._sample), **fed}, [])
        return self._after("train", state)

    @functools.cached_property
    def _set_by_step(self) -> set[Any]:
        """What the optimizer reads and a step assigns before: a rate that `train_step` computes."""
        own = self._changed_by("train") - self._changed_by("update")
        own &= set(self._read_by("update"))
        return own & self._read_again_by("train") if own else own
