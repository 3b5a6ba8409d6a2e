"""A Keras model as a side: its own train, test and predict steps, its call and its optimizer."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.errors import LiftError, ParityError, UsageError, first_line
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.parity.sides import drawn_outside
from legacy_cnn.parity.sides.fitting import fit, uses_xla
from legacy_cnn.parity.sides.fixed_noise import unrepeatable
from legacy_cnn.parity.sides.handing import Watched
from legacy_cnn.parity.sides.keras_inputs import Inputs
from legacy_cnn.parity.sides.keras_optimizer import KerasOptimizer, is_compiled
from legacy_cnn.parity.sides.keras_predictions import KerasPredictions
from legacy_cnn.parity.sides.keras_updates import KerasUpdates
from legacy_cnn.parity.sides.label_forms import label_forms
from legacy_cnn.parity.sides.redrawing import redrawn
from legacy_cnn.parity.sides.returning import Returning
from legacy_cnn.parity.sides.side import Batch, Part, State, Values
from legacy_cnn.programs.lifted import Lifted, any_batch, lift, lift_keras
from legacy_cnn.programs.lifting.snapshot import Snapshot

#: What Keras calls the averages of a batch normalisation.
AVERAGES = ("/moving_mean", "/moving_variance")

UNCOMPILED = "the model is not compiled, so it has no loss and no optimizer"


class Untrainable(ParityError):
    """The training step of a model cannot be lifted."""


class KerasSide(KerasUpdates, KerasPredictions):
    """A functional, sequential or subclassed model, compiled or not."""

    #: Names of the tensors that the model returns within its training step.
    _returned: Sequence[str] = ()

    def __init__(self, model: Any, name: str, sample: Batch) -> None:
        """Lifts the model's steps.

        Args:
          model: of Keras 3 or tf_keras.
          name: its name in the report.
          sample: a batch as the reference takes it.

        Raises:
          ParityError: the model cannot be called with these images.
          UsageError: Keras runs on another backend than TensorFlow.
        """
        if isinstance(model, keras.Model) and keras.backend.backend() != "tensorflow":
            raise UsageError(
                f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow."
            )
        self.name, self._model, self._steps = name, model, {}
        self._classes, self._sample = sample.classes, sample
        self._inputs = Inputs(model, name, sample.images, sample.parts)
        self.is_given_noise = self._inputs.has_noise
        self.takes_floats = self._inputs.are_floats
        with self._closed_on_error():
            self._steps["call"] = self._lifted("call", self._inputs.of(sample.images))
            self._steps["predict"] = self._lifted("predict_step", self._inputs.of(sample.images))
            if is_compiled(model):
                self._lift_training(sample)
            else:
                parts: tuple[Part, ...] = ("training", "loss", "optimizer")
                self.missing = dict.fromkeys(parts, UNCOMPILED)
        self._collect()
        reached = Snapshot(model)
        metrics = reached.metrics()
        self._of_metrics = {id(variable) for metric in metrics for variable in metric.variables}
        self._initializers = reached.initializers()
        self.rate = id(getattr(self._optimizer, "learning_rate", None))

    def _lift_training(self, sample: Batch) -> None:
        x = self._inputs.of(sample.images)
        optimizer = KerasOptimizer(self._model)
        optimizer.build()
        errors: list[Exception] = []
        forms = label_forms(sample.labels, sample.label_parts, sample.classes)
        if not sample.has_labels:
            forms.append(lambda given: None)
        for form in forms:
            try:
                watched = Watched([optimizer.inner, *optimizer.others()])
                with watched, Returning(self._model) as returning:
                    step = self._lifted("train_step", *_with(x, form(sample.labels)))
                beginning = step.state()
                step.step(*_with(x, form(sample.labels)))
                step.load(beginning)
                break
            except (LiftError, tf.errors.OpError) as error:
                errors.append(error)
        else:
            raise Untrainable(
                f"{self.name} cannot be trained on the reference's batches: {first_line(errors[0])}"
            ) from errors[0]
        self._steps["train"], self._labels, self._handed = step, form, watched.handed
        #: Forms of labels that the trace takes as well; values decide.
        self.label_forms = [one for one in forms if _looks_like(one, form, sample.labels)]
        missing: dict[Part, str] = {}
        try:
            self._steps["test"] = self._lifted("test_step", *_with(x, form(sample.labels)))
        except LiftError as raised:
            missing["evaluation"] = first_line(raised)
            self.evaluates = _has_evaluation(self._model)
        specs = [tf.TensorSpec(v.shape, tf.float32) for v in self._model.trainable_variables]
        if watched.called == {id(optimizer.inner)} and watched.is_one_update:
            with contextlib.suppress(LiftError):  # of several optimizers, each has its variables
                self._steps["update"] = lift(optimizer.apply, *specs)
        self.missing = missing
        self.skips_not_finite = hasattr(self._model.optimizer, "inner_optimizer")
        self.updates_apart = "update" in self._steps
        self.updates_once, self._returned = not watched.repeated, returning.names

    def _lifted(self, method: str, *arguments: Any) -> Lifted:
        try:
            return lift_keras(self._model, *map(any_batch, arguments), method=method)
        except LiftError:
            return lift_keras(self._model, *arguments, method=method)

    @contextlib.contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    # Steps --------------------------------------------------------------------------------------

    def variables_for_parameters(self) -> list[Variable]:
        """In the order of use; Keras runs layers of one depth of a functional model backwards."""
        variables = super().variables_for_parameters()
        if not getattr(self._model, "operations", None):
            return variables
        at = {key: number for number, key in enumerate(_weights(self._model))}
        return sorted(variables, key=lambda variable: at.get(variable.key, len(at)))

    @property
    def trained(self) -> list[int]:
        """The keys of the variables that are trained, in the optimizer's order."""
        return [id(variable) for variable in self._model.trainable_variables]

    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        arguments, beginning = self._training_arguments(batch), self._with_metrics_reset(state)
        tensors, outputs = self._fetch("train", beginning, arguments, self._noise_feed(batch))
        logs = self._logs("train", outputs)
        return Values(tensors, None, logs.get("loss"), logs), self._after("train", beginning)

    def test(self, state: State, batch: Batch) -> Values:
        """What `evaluate` logs of a batch."""
        arguments = self._arguments(batch)
        feed = self._test_noise(arguments, batch)
        tensors, outputs = self._fetch("test", self._with_metrics_reset(state), arguments, feed)
        logs = self._logs("test", outputs)
        return Values(tensors, None, logs.get("loss"), logs)

    @property
    def can_be_tested(self) -> bool:
        """Whether it has a step of evaluation."""
        return "test" in self._steps

    @property
    def is_trainable(self) -> bool:
        """Whether it has a step of training."""
        return "train" in self._steps

    @property
    def read_by_predictions(self) -> list[Any]:
        """The keys of the variables that a prediction reads."""
        return self._read_by("predict")

    def after_testing(self, state: State, batch: Batch) -> State:
        """The state after an evaluation of a batch, without that of metrics."""
        self.test(state, batch)
        return self._without_metrics(self._after("test", state))

    def after_predicting(self, state: State, images: Array) -> State:
        """The state after a prediction, without that of metrics."""
        self.predicted(state, images)
        return self._without_metrics(self._after("predict", state))

    def _without_metrics(self, state: State) -> State:
        return {key: value for key, value in state.items() if key not in self._of_metrics}

    def returned_in_training(self, values: Values) -> list[Array]:
        """What the model returned in a training step, as far as it was seen."""
        names = [name for name in self._returned if name in values.tensors]
        return [values.tensors[name] for name in names]

    def take_labels(self, form: Any) -> None:
        """Gives the steps labels in another form."""
        self._labels = form

    def _training_arguments(self, batch: Batch) -> tuple[Any, ...]:
        return _with(self._inputs.of(batch.images, batch.noise), self._labels(batch.labels))

    def _arguments(self, batch: Batch) -> tuple[Any, ...]:
        """What its own `fit` hands to a step."""
        return _with(self._inputs.of(batch.images), self._labels(batch.labels))

    def _test_noise(self, arguments: tuple[Any, ...], batch: Batch) -> dict[Any, Array]:
        """What the step of evaluation is fed, if it draws what the training step does."""
        own = drawn_outside.drawn(self._steps["test"], arguments) if batch.noise else []
        return drawn_outside.feed(own, self.noise, batch.noise)[0]

    def never_trained(self) -> set[Any]:
        return {key for key in self._own_weights() if self.label(key).endswith(AVERAGES)}

    def first_values(self, count: int) -> list[State]:
        values = super().first_values(count)
        own = {key: self._beginning[key] for key in self._own_weights()}
        more = redrawn(self._initializers, own, count - len(values))
        return values + [{**values[0], **again} for again in more]

    def _own_weights(self) -> list[int]:
        return [key for key in _weights(self._model) if key in self._beginning]

    def _weights_of(self, program: Any) -> list[Array]:
        own = list(_weights(self._model))
        again = list(_weights(program).values())
        if len(own) != len(again):
            return []  # not built yet
        pairs = zip(own, again, strict=True)
        return [np.asarray(variable) for key, variable in pairs if key in self._beginning]

    @property
    def _optimizer(self) -> Any:
        return KerasOptimizer(self._model).inner

    def run(self, state: State, batches: list[Batch]) -> State:
        """The state after several steps, with random numbers of its own."""
        step = self._steps["train"]
        self._load("train", state)
        for batch in batches:
            step.step(*self._arguments(batch))
        return self._after("train", state)

    def fit(self, state: State, data: Batch, batch_size: int, epochs: int) -> State:
        """The state at the end of the model's own `fit`; the model is put back.

        Raises:
          FitError: it failed.

        Returns:
          The variables of the training step that are the user's, without those of metrics.
        """
        keys = [key for key in self._keys("train").values() if key not in self._of_metrics]
        variables = {key: self.variables[key] for key in keys if key in self.variables}
        return fit(self._model, variables, state, self._arguments(data), batch_size, epochs)

    @contextlib.contextmanager
    def retraced(self, data: Batch) -> Iterator[None]:
        """Replaces the training step by another trace of it for a while."""
        first = self._steps["train"]
        with self._lifted("train_step", *self._arguments(data)) as again:
            self._steps["train"] = again
            try:
                yield
            finally:
                self._steps["train"] = first

    @property
    def is_compiled_by_xla(self) -> bool:
        """Whether `fit` runs other kernels than a session."""
        return bool(getattr(self._model, "jit_compile", False)) or uses_xla(self._model)

    def unrepeatable(self) -> list[str]:
        """The kinds of random operations in a training step whose draws cannot be repeated."""
        return unrepeatable(self._steps["train"].session.graph)

    def _logs(self, step: str, outputs: list[Any]) -> dict[str, Any]:
        nest = self._steps[step].outputs
        # Nests of dicts are flattened in the order of their keys.
        return dict(zip(sorted(nest), outputs, strict=True)) if isinstance(nest, dict) else {}

    def _with_metrics_reset(self, state: State) -> State:
        """What a step returns is a mean since the last reset."""
        return {k: np.zeros_like(v) if k in self._of_metrics else v for k, v in state.items()}


def _with(x: Any, labels: Any) -> tuple[Any, ...]:
    """The arguments of a step that is given labels, or none."""
    return (x,) if labels is None else (x, labels)


def _looks_like(one: Any, other: Any, labels: Array) -> bool:
    """Whether two forms of labels have the same types and shapes."""
    described = [
        [(np.shape(part), np.asarray(part).dtype) for part in tf.nest.flatten(form(labels))]
        for form in (one, other)
    ]
    return described[0] == described[1]


def _weights(model: Any) -> dict[int, Any]:
    """The weights of a model by their ids, those that are trained first."""
    return {id(v): v for v in [*model.trainable_variables, *model.weights]}


def _has_evaluation(model: Any) -> bool:
    """Whether a model has what `evaluate` needs: a loss, or a test_step of its own."""
    module = type(model).test_step.__module__.partition(".")[0]
    return getattr(model, "loss", None) is not None or module not in ("keras", "tf_keras")
