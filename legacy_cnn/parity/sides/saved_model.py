"""A SavedModel as a candidate: of Keras, of a `tf.Module`, or of TensorFlow 1; it only serves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ForeignGraphError, ParityError, first_line
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.packing import Piece, assigned, unpack
from legacy_cnn.parity.sides.checked_saved_model import checked
from legacy_cnn.parity.sides.files import FileSide
from legacy_cnn.parity.sides.side import Batch, State, Values
from legacy_cnn.programs import permitted
from legacy_cnn.programs.lifted import Lifted, lift
from legacy_cnn.programs.lifting import tracing

#: Outputs of a signature that are taken before others.
KNOWN = ("logits", "probabilities")

#: Methods that a module without signatures is served by, the one that is wanted most first.
METHODS = ("__call__", "serve", "predict", "call", "forward")


class SavedModelSide(FileSide):
    """What a SavedModel serves, and its variables."""

    missing = {**FileSide.missing, "training": "a SavedModel only serves and cannot be trained"}
    unused = ("training", "initial")

    def __init__(self, path: Path, name: str, sample: Batch) -> None:
        """Loads the SavedModel and serves a few images.

        Args:
          path: its directory.
          name: its name in the report.
          sample: a batch as the reference takes it.

        Raises:
          ForeignGraphError: what it serves has an operation that is not allowed.
          ParityError: it cannot be loaded or served.
        """
        self.name, self._parts = name, sample.parts
        self._lifted: tuple[str, Lifted] | None = None
        try:
            with checked(path) as copy:
                self._loaded = tf.saved_model.load(str(copy))
            self._serve, self._given, found = self._served()
        except (ForeignGraphError, ParityError):
            raise
        except Exception as error:  # whatever a damaged or foreign SavedModel raises
            raise self._refusal(error) from error
        self._variables = {_name(variable, at): variable for at, variable in enumerate(found)}
        self._values = {n: variable.numpy() for n, variable in self._variables.items()}
        try:
            self._check(self._run(sample.images[:2]))
        except (ForeignGraphError, ParityError):
            self.close()
            raise
        except Exception as error:  # likewise
            self.close()
            raise self._refusal(error) from error

    def _check(self, output: Array) -> None:
        if not output.ndim or output.dtype.kind not in "biuf":
            raise ParityError(
                f"{self.name} serves {output.dtype.name} {output.shape}: expected numbers for each "
                f"image."
            )

    def _refusal(self, error: Exception) -> ParityError:
        return ParityError(
            f"{self.name} cannot be served: {type(error).__name__}: {first_line(error)}"
        )

    # What it serves ---------------------------------------------------------------------------

    def _served(self) -> tuple[Callable[[Any], Any], Callable[[Array], Any], list[Any]]:
        """What computes outputs, what turns images into its argument, and its variables."""
        signatures = dict(getattr(self._loaded, "signatures", {}))
        if "serving_default" in signatures or len(signatures) == 1:
            signature = signatures.get("serving_default") or next(iter(signatures.values()))
            return *self._of_signature(signature), list(signature.variables)
        if signatures:
            raise ParityError(
                f"{self.name} has the signatures {', '.join(signatures)}: expected one of them to "
                f"be serving_default."
            )
        for method in METHODS:
            function = getattr(self._loaded, method, None)
            if callable(function):
                return function, lambda images: images, self._all_variables()
        raise ParityError(
            f"{self.name} has no signatures and no traced method {', '.join(METHODS)}: "
            f'save it with signatures={{"serving_default": module.method}}.'
        )

    def _all_variables(self) -> list[Any]:
        reached = tf.train.TrackableView(self._loaded).descendants()
        return [one for one in reached if isinstance(one, tf.Variable)]

    def _of_signature(self, signature: Any) -> tuple[Callable[[Any], Any], Callable[[Array], Any]]:
        specs: dict[str, tf.TensorSpec] = signature.structured_input_signature[1]
        numbers = dict(_numbers(specs))
        inputs = {key: spec for key, spec in specs.items() if key not in numbers}
        if len(inputs) != max(1, len(self._parts)):
            raise ParityError(
                f"The signature of {self.name} has the inputs {list(specs)}: expected one, or as "
                f"many as the reference, beside keep probabilities and switches."
            )

        def serve(tensors: dict[str, tf.Tensor]) -> Any:
            return signature(**tensors, **numbers)

        return serve, lambda images: self._inputs(inputs, images)

    def _inputs(self, specs: dict[str, tf.TensorSpec], images: Array) -> Arrays:
        arrays = unpack(images, self._parts) if self._parts else [images]
        wanted = [(key, _inner(spec), spec.dtype.name) for key, spec in specs.items()]
        pieces = self._parts or [Piece(next(iter(specs)), images.shape[1:], str(images.dtype))]
        chosen = assigned(pieces, wanted)
        return {
            key: _as_wanted(arrays[at], spec)
            for at, (key, spec) in zip(chosen, specs.items(), strict=True)
        }

    def _run(self, images: Array) -> Array:
        outputs = self._run_in_session(self._given(images))
        if not isinstance(outputs, dict):
            listed = tf.nest.flatten(outputs)
            return np.asarray(listed[0])
        known = [key for key in KNOWN if key in outputs]
        if not known and len(outputs) != 1:
            raise ParityError(
                f"{self.name} has the outputs {', '.join(outputs)}: expected one, or one named "
                f"logits or probabilities."
            )
        return np.asarray(outputs[[*known, *outputs][0]])

    def _run_in_session(self, given: Any) -> Any:
        """Serves an argument in a session: what TensorFlow itself runs, nobody can stop."""
        step = self._lifted_for(given)
        step.load({key: variable.numpy() for key, variable in step.variables.items()})
        return step.step(given)

    def _lifted_for(self, given: Any) -> Lifted:
        """What it serves as a graph; of an argument that differs in its shape, another one."""
        specs = str(tracing.specs(given))
        if self._lifted is None or self._lifted[0] != specs:
            self.close()
            self._lifted = specs, lift(self._serve, given, limits=permitted.limits())
        return self._lifted[1]

    def close(self) -> None:
        if self._lifted is not None:
            self._lifted[1].close()

    # Steps ------------------------------------------------------------------------------------

    def evaluate(self, state: State, images: Array) -> Values:
        return Values({}, self.predict(state, images))

    def predict(self, state: State, images: Array) -> Array:
        for name, variable in self._variables.items():
            variable.assign(state[name])
        return self._run(images)


def _name(variable: Any, at: int) -> str:
    """The variable's name; variables of `tf.Module`s often share one."""
    name = variable.name.partition(":")[0]
    return f"{name}_{at}" if name == "Variable" else name


def _inner(spec: tf.TensorSpec) -> tuple[Any, ...]:
    """The shape without the batch; of an unknown one, something that any shape fits."""
    return (None,) if spec.shape.rank is None else tuple(spec.shape.as_list()[1:])


def _as_wanted(array: Array, spec: tf.TensorSpec) -> Array:
    shape = spec.shape
    rows = array if shape.rank is None else array.reshape(-1, *shape.as_list()[1:])
    return tf.constant(rows, spec.dtype).numpy()


def _numbers(specs: dict[str, tf.TensorSpec]) -> Iterator[tuple[str, tf.Tensor]]:
    """The inputs that are no data, with their values outside of training."""
    for key, spec in specs.items():
        word = key.lower()
        is_number = spec.shape.rank in (0, None)
        if spec.dtype == tf.bool and is_number:
            yield key, tf.constant(False)
        elif is_number and "keep" in word:
            yield key, tf.constant(1, spec.dtype)
        elif is_number and ("drop" in word or word == "rate"):
            yield key, tf.constant(0, spec.dtype)
