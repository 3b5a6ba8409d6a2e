"""How a TensorFlow 1 graph updates its parameters: operations, slots and numbers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.programs.variables import is_variable


class Rule(NamedTuple):
    """The inputs of an operation that updates a variable, by position."""

    optimizer: str  #: its name in Keras
    gradient: int
    slots: dict[str, int]  #: name of a slot -> input
    numbers: dict[str, int]  #: name in Keras -> input
    powers: dict[int, int]  #: input with a power of a beta -> input with the beta


#: From TensorFlow's operation definitions (training_ops.cc).
RULES = {
    "ApplyAdam": Rule(
        "Adam", 9, {"m": 1, "v": 2},
        {"learning_rate": 5, "beta_1": 6, "beta_2": 7, "epsilon": 8}, {3: 6, 4: 7},
    ),
    "ApplyGradientDescent": Rule("SGD", 2, {}, {"learning_rate": 1}, {}),
}  # fmt: skip


class Update(NamedTuple):
    """How the graph updates a parameter."""

    gradient: tf.Tensor
    slots: dict[str, str]  #: name of a slot -> variable
    optimizer: str  #: its name in Keras
    numbers: dict[str, tf.Tensor]  #: name in Keras -> tensor
    powers: dict[str, tf.Tensor]  #: variable with a power of a beta -> the beta


def updates_of(train: tf.Operation, parameters: Mapping[str, str]) -> dict[str, Update]:
    """Finds the updates that a training operation runs.

    Args:
      train: the operation that takes a step.
      parameters: name of a parameter -> variable.

    Returns:
      Dict from each parameter that one of `RULES` updates to its update.
    """
    names = {variable: name for name, variable in parameters.items()}
    waiting, seen, updates = [train], set(), {}
    while waiting:
        op = waiting.pop()
        if op in seen:
            continue
        seen.add(op)
        rule = RULES.get(op.type.removeprefix("Resource"))
        if rule and op.inputs[0].op.name in names:
            updates[names[op.inputs[0].op.name]] = _update(rule, op.inputs)
        else:
            waiting.extend(op.control_inputs)
    return updates


def _update(rule: Rule, inputs: Any) -> Update:
    return Update(
        gradient=inputs[rule.gradient],
        slots={slot: inputs[at].op.name for slot, at in rule.slots.items()},
        optimizer=rule.optimizer,
        numbers={name: inputs[at] for name, at in rule.numbers.items()},
        powers={_variable_of(inputs[p]): inputs[beta] for p, beta in rule.powers.items()},
    )


def _variable_of(tensor: tf.Tensor) -> str:
    """The name of the variable whose value a tensor is."""
    name: str = tensor.op.name
    return name if is_variable(tensor.op) else _variable_of(tensor.op.inputs[0])
