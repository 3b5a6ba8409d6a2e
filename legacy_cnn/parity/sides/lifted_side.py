"""A program of Python as one side of a comparison: its own steps, lifted."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.boundaries import counted, steps_near
from legacy_cnn.parity.branches import hidden
from legacy_cnn.parity.clock import Clock
from legacy_cnn.parity.deciding import READING, deciding
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.fed import Fed
from legacy_cnn.parity.sides.rules import again, rule_of
from legacy_cnn.parity.sides.side import Batch, Side, State, Values, single
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.lifted import Lifted


class LiftedSide(Side):
    """A program whose steps were lifted. Its keys are the ids of the user's variables."""

    #: Each has some of the variables.
    _steps: dict[str, Lifted]
    #: id -> the user's variable.
    variables: dict[Any, Any]
    #: What the random operation at each place of the reference is in the training step.
    noise: list[Fed | None]

    #: id of a variable -> the tensor that the training step hands to the optimizer for it.
    _handed: Mapping[int, str] = {}

    def close(self) -> None:
        for step in self._steps.values():
            step.close()

    def _collect(self) -> None:
        """Finds the variables of all steps, and their values."""
        self.variables, self.noise = {}, []
        self._check_untrained()
        self._beginning: State = {}
        for name, step in self._steps.items():
            values = step.state()
            for variable, key in self._keys(name).items():
                self._beginning.setdefault(key, values[variable])
                if key not in self.variables and variable in step.variables:
                    self.variables[key] = step.variables[variable]

    def _keys(self, name: str) -> dict[str, Any]:
        """Variable of a step -> its key: what is not the user's is the step's alone."""
        step = self._steps[name]
        return {
            variable: id(step.variables[variable])
            if variable in step.variables
            else (name, variable)
            for variable in step.session.variables
        }

    def beginning(self) -> State:
        return dict(self._beginning)

    def first_values(self, count: int) -> list[State]:
        """The values that the program was built with, and those of it built again."""
        values = [self.beginning()]
        for _ in range(count - 1 if self.rebuild else 0):
            assert self.rebuild is not None
            again = self._weights_of(self.rebuild())
            keys = self._own_weights()
            if len(again) == len(keys):
                values.append({**values[0], **dict(zip(keys, again, strict=True))})
        return values

    def _weights_of(self, program: Any) -> list[Array]:
        """The values of a program of this kind, in the order of `_own_weights`."""
        raise NotImplementedError

    def _check_untrained(self) -> None:
        """Says so if its weights are no longer the first ones."""
        iterations = getattr(self._optimizer, "iterations", None)
        if iterations is not None and np.asarray(iterations) > 0:
            reason = f"the weights of {self.name} have taken {int(np.asarray(iterations)):,} steps"
            self.missing = {**self.missing, "initial": reason}

    def label(self, key: Any) -> str:
        """The user's name of a variable."""
        if key not in self.variables:
            return str(key[1])
        variable = self.variables[key]
        return str(getattr(variable, "path", None) or variable.name.partition(":")[0])

    def variables_for_parameters(self) -> list[Variable]:
        used = {key: at for at, key in enumerate(self._read_by("call"))}
        trained = set(self.trained)
        if "train" in self._steps:
            trained &= set(self._read_by("train"))  # what no step reads is no part of the program
        state = self._beginning
        variables = [
            Variable(key, self.label(key), state[key].shape, str(state[key].dtype), key in trained)
            for key in self._own_weights()
        ]
        return sorted(variables, key=lambda variable: used.get(variable.key, len(used)))

    def _own_weights(self) -> list[int]:
        """The keys of the variables that may be parameters."""
        return list(self.trained)

    @property
    def trained(self) -> list[int]:
        """The keys of the variables that are trained, in the optimizer's order."""
        raise NotImplementedError

    def _read_by(self, name: str) -> list[Any]:
        """The keys of the variables of a step in the order in which it reads them."""
        step = self._steps[name]
        keys = self._keys(name)
        read = [
            tensor.op.name
            for op in step.session.graph.get_operations()
            if op.type != "VarIsInitializedOp" and not op.type.startswith("Assign")
            for tensor in op.inputs
        ]
        return list(dict.fromkeys(keys[name] for name in read if name in keys))

    def _changed_by(self, name: str) -> set[Any]:
        """The keys of the variables that a step may assign: it does more than read them."""
        keys = self._keys(name)
        return {
            keys[tensor.op.name]
            for op in closure(self._steps[name].control_outputs)
            if op.type not in READING
            for tensor in op.inputs
            if tensor.op.name in keys
        }

    def _read_again_by(self, name: str) -> set[Any]:
        """The keys of the variables that a step reads after it has assigned them."""
        keys = self._keys(name)
        again = set()
        for op in closure(self._steps[name].control_outputs):
            read = {keys[t.op.name] for t in op.inputs if t.op.name in keys}
            if read and op.type in READING:
                before = (o for o in closure([op]) if o.type.startswith("Assign"))
                assigned = {keys.get(t.op.name) for one in before for t in one.inputs}
                again |= read & assigned
        return again

    def after_call(self, state: State) -> State:
        return self._after("call", state)

    def drawn(self, batch: Batch) -> list[tuple[tf.Tensor, tuple[int, ...]]]:
        """What the random operations that the training step needs draw, with the shapes."""
        step = self._steps["train"]
        ends = [*step.control_outputs, *(tensor.op for tensor in _tensors_of(step.outputs))]
        needed = {op.name for op in closure(ends)}
        tensors = [tensor for tensor in step.random_tensors if tensor.op.name in needed]
        values = self._run_train(self.beginning(), batch, {}, tensors)
        return [(t, np.shape(v)) for t, v in zip(tensors, values, strict=True)]

    def drawing_in_loops(self) -> list[tf.Operation]:
        return hidden(self._steps["train"].session.graph) if "train" in self._steps else []

    @property
    def draws_noise(self) -> bool:
        return "train" in self._steps and bool(self._steps["train"].random_tensors)

    def draws_outside(self, state: State, images: Array) -> bool:
        # Each call begins with the same state, that of the generators of random numbers, too.
        call = self._steps["call"]
        return bool(call.random_tensors or hidden(call.session.graph))

    def draws(
        self, state: State, batch: Batch, names: list[str], count: int
    ) -> list[tuple[Array, ...]]:
        # Of the step, only what the tensors need is run, and what counts or seeds the draws.
        step = self._steps["train"]
        integers = [op for op in step.control_outputs if _assigns_integers(op)]
        self._load("train", state)
        feed = {**step.feed(*self._training_arguments(batch)), **self._noise_feed(batch)}
        return [tuple(step.session.run((names, integers), feed)[0]) for _ in range(count)]

    def step(self, state: State, batch: Batch) -> State:
        self._run_train(state, batch, self._noise_feed(batch), [])
        return self._after("train", state)

    def _run_train(self, state: State, batch: Batch, feed: Any, fetches: Any) -> Any:
        self._load("train", state)
        return self._steps["train"].fetch(self._training_arguments(batch), feed, fetches)

    def _training_arguments(self, batch: Batch) -> tuple[Any, ...]:
        """What the training step is called with."""
        raise NotImplementedError

    def rule(self) -> dict[str, Any]:
        return rule_of(self._optimizer) if self._optimizer else {}

    def is_handed(self, parameter: Any) -> bool:
        return not self._handed or parameter in self._handed

    def new_optimizer(self) -> Any:
        return again(self._optimizer)

    def deciding(self) -> set[Any]:
        if "train" not in self._steps:
            return set()
        step, keys = self._steps["train"], self._keys("train")
        trained = [name for name, key in keys.items() if key in self.trained]
        operations = closure(step.control_outputs)
        return {keys[name] for name in deciding(step.session.graph, operations, keys, trained)}

    def boundaries(self, clock: Clock) -> list[int]:
        if "train" not in self._steps:
            return []
        counters = counted(clock, self._keys("train"))
        return steps_near(self._steps["train"].session.graph, counters)

    def scalars(self) -> list[float]:
        variables = [v for v in self._beginning.values() if v.dtype.kind == "f" and not v.ndim]
        constants = [v for step in self._steps.values() for v in flow.scalars(step.session.graph)]
        return list(dict.fromkeys([*(float(value) for value in variables), *constants]))

    def computed_in_update(self, state: State, gradients: State) -> list[float]:
        if "update" not in self._steps:
            return []
        return single(self._fetch("update", state, self._handed_over(state, gradients))[0].values())

    def _handed_over(self, state: State, gradients: State) -> tuple[Array, ...]:
        """Gradients in the optimizer's order; those that are not given are 0."""
        return tuple(gradients.get(key, np.zeros_like(state[key])) for key in self.trained)

    def handed(self, parameter: Any, values: Values) -> Array | None:
        return values.tensors.get(self._handed.get(parameter, ""))

    def operations(self, name: str) -> list[Any]:
        """The operations of a step as they were traced, in order: they know their lines of code."""
        return self._steps[name].traced.get_operations() if name in self._steps else []

    @property
    def _optimizer(self) -> Any:
        return None

    def _load(self, name: str, state: State) -> None:
        keys = self._keys(name)
        self._steps[name].load({v: state[key] for v, key in keys.items() if key in state})

    def _after(self, name: str, state: State) -> State:
        values = self._steps[name].state()
        return {**state, **{key: values[v] for v, key in self._keys(name).items() if v in values}}

    def _fetch(
        self,
        name: str,
        state: State,
        arguments: tuple[Any, ...],
        feed: Mapping[Any, Any] | None = None,
    ) -> tuple[Arrays, list[Any]]:
        """All tensors of a step, and the tensors among what it returns."""
        self._load(name, state)
        step = self._steps[name]
        tensors = {tensor.name: tensor for tensor in step.tensors() if tensor.dtype.is_floating}
        values, outputs = step.fetch(arguments, feed, (tensors, _tensors_of(step.outputs)))
        return values, outputs

    def _noise_feed(self, batch: Batch) -> dict[Any, Array]:
        given: dict[Fed, list[Array]] = {}
        for fed, noise in zip(self.noise, batch.noise, strict=False):
            if fed is not None:
                given.setdefault(fed, []).append(noise)
        return {t: v for fed, noise in given.items() for t, v in fed.feed(*noise).items()}


def _tensors_of(nest: Any) -> Any:
    return [leaf for leaf in tf.nest.flatten(nest) if isinstance(leaf, tf.Tensor)]


def _value(variable: Any) -> Array:
    return np.asarray(variable.numpy())


def _assigns_integers(op: tf.Operation) -> bool:
    return (
        op.type.startswith("Assign")
        and op.type.endswith("VariableOp")
        and op.inputs[1].dtype.is_integer
    )
