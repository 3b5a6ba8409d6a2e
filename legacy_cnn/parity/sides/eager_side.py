"""A Keras model whose training step cannot be traced, as a side: its values in an eager run."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ParityError, first_line
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides.keras_optimizer import KerasOptimizer
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.sides.label_forms import label_forms
from legacy_cnn.parity.sides.side import Batch, Part, State, Values
from legacy_cnn.programs.lifting.snapshot import Snapshot

#: What the name of a gradient in the values of a step begins with.
HANDED = "handed to the optimizer: "

REASON = (
    "the model's training step cannot be traced, as .numpy() or Python's own conditions prevent "
    "it: its eager run was compared instead, in which {} is not. Use tensors in the step to have "
    "it compared"
)


class EagerSide(KerasSide):
    """A model with `run_eagerly=True`: its call is lifted, its steps are run as they are."""

    how_run = "the candidate's steps eagerly, as its training step cannot be traced"

    def _lift_training(self, sample: Batch) -> None:
        KerasOptimizer(self._model).build()
        missing: dict[Part, str] = {"fit": REASON.format("fit")}
        if sample.noise:
            parts: tuple[Part, ...] = ("training", "dropout", "loss", "optimizer", "evaluation")
            noise = REASON.format("noise, which a reference with random numbers needs,")
            self.missing = {**missing, **dict.fromkeys(parts, noise)}
            return
        errors: list[Exception] = []
        self._own = [*self._model.weights, *self._model.optimizer.variables]
        state = self._values_now()
        for form in label_forms(sample.labels, sample.label_parts, sample.classes):
            self._labels = form
            try:
                self.train(state, sample)
                break
            except Exception as error:  # whatever the user's step raises
                errors.append(error)
        else:
            raise ParityError(
                f"{self.name} cannot be trained on the reference's batches: {first_line(errors[0])}"
            ) from errors[0]
        self.missing, self.updates_apart = missing, False

    def _collect(self) -> None:
        super()._collect()
        for variable in getattr(self, "_own", ()):
            self.variables.setdefault(id(variable), variable)
            self._beginning.setdefault(id(variable), variable.numpy())

    def _values_now(self) -> State:
        return {id(variable): np.asarray(variable.numpy()) for variable in self._own}

    @contextlib.contextmanager
    def _borrowed(self, state: Mapping[Any, Array]) -> Iterator[None]:
        """The user's model in a state; it is put back."""
        snapshot = Snapshot(self._model)
        try:
            for variable in self._own:
                if id(variable) in state:
                    variable.assign(state[id(variable)])
            self._model.reset_metrics()
            yield
        finally:
            snapshot.restore()

    @contextlib.contextmanager
    def _recorded(self) -> Iterator[dict[str, Array]]:
        """The gradients that a step hands to its optimizer."""
        optimizer, found = self._optimizer, dict[str, Array]()
        apply, own = getattr(optimizer, "apply", None), vars(optimizer).get("apply")

        def recording(grads: Any, trainable_variables: Any = None) -> Any:
            for gradient, variable in zip(grads, trainable_variables or (), strict=False):
                if gradient is not None:
                    found[f"{HANDED}{id(variable)}"] = np.asarray(tf.convert_to_tensor(gradient))
            assert apply is not None
            return apply(grads, trainable_variables)

        if apply is None:
            yield found
            return
        optimizer.apply = recording
        try:
            yield found
        finally:
            del optimizer.apply
            if own is not None:
                optimizer.apply = own

    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        with self._borrowed(state), self._recorded() as gradients:
            logs = self._model.train_step(self._arguments(batch))
            after = self._values_now()
            loss = None if not isinstance(logs, dict) or "loss" not in logs else logs["loss"]
            values = Values(gradients, None, None if loss is None else np.asarray(loss))
        return values, {**state, **after}

    def step(self, state: State, batch: Batch) -> State:
        return self.train(state, batch)[1]

    def test(self, state: State, batch: Batch) -> Values:
        with self._borrowed(state):
            logs = {
                k: np.asarray(v) for k, v in self._model.test_step(self._arguments(batch)).items()
            }
        return Values({}, None, logs.get("loss"), logs)

    def run(self, state: State, batches: list[Batch]) -> State:
        for batch in batches:
            state = self.step(state, batch)
        return state

    def _arguments(self, batch: Batch) -> tuple[Any, Any]:
        given = self._inputs.of(batch.images), self._labels(batch.labels)
        return tf.nest.map_structure(tf.convert_to_tensor, given)

    def handed(self, parameter: Any, values: Values) -> Array | None:
        return values.tensors.get(f"{HANDED}{parameter}")

    def is_handed(self, parameter: Any) -> bool:
        return True

    def drawn(self, batch: Batch) -> list[Any]:
        return []
