"""How a TensorFlow 1 graph updates its parameters: operations, gradients, slots and numbers."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.programs.variables import is_variable


class Rule(NamedTuple):
    """The inputs of an operation that updates a variable, by position."""

    optimizer: str  #: its name in Keras
    gradient: int
    slots: dict[str, int]  #: name of a slot -> input
    numbers: dict[str, int]  #: name in Keras -> input


#: From TensorFlow's operation definitions (training_ops.cc).
RULES = {
    "ApplyGradientDescent": Rule("SGD", 2, {}, {"learning_rate": 1}),
    "ApplyMomentum": Rule("SGD", 3, {"momentum": 1}, {"learning_rate": 2, "momentum": 4}),
    "ApplyAdagrad": Rule("Adagrad", 3, {"accumulator": 1}, {"learning_rate": 2}),
    "ApplyAdadelta": Rule(
        "Adadelta", 6, {"accumulator": 1, "delta": 2},
        {"learning_rate": 3, "rho": 4, "epsilon": 5},
    ),
    "ApplyAdam": Rule(
        "Adam", 9, {"m": 1, "v": 2},
        {"learning_rate": 5, "beta_1": 6, "beta_2": 7, "epsilon": 8},
    ),
    "ApplyRMSProp": Rule(
        "RMSprop", 7, {"mean square": 1, "momentum": 2},
        {"learning_rate": 3, "rho": 4, "momentum": 5, "epsilon": 6},
    ),
    "ApplyCenteredRMSProp": Rule(
        "RMSprop", 8, {"mean gradient": 1, "mean square": 2, "momentum": 3},
        {"learning_rate": 4, "rho": 5, "momentum": 6, "epsilon": 7},
    ),
    "ApplyFtrl": Rule(
        "Ftrl", 3, {"accumulator": 1, "linear": 2},
        {
            "learning_rate": 4, "l1_regularization_strength": 5,
            "l2_regularization_strength": 6, "learning_rate_power": 7,
        },
    ),
    "ApplyFtrlV2": Rule(
        "Ftrl", 3, {"accumulator": 1, "linear": 2},
        {
            "learning_rate": 4, "l1_regularization_strength": 5,
            "l2_regularization_strength": 6, "l2_shrinkage_regularization_strength": 7,
            "learning_rate_power": 8,
        },
    ),
    "ApplyAdagradV2": Rule(
        "Adagrad", 4, {"accumulator": 1}, {"learning_rate": 2, "epsilon": 3}
    ),
    "ApplyAdaMax": Rule(
        "Adamax", 8, {"m": 1, "v": 2},
        {"learning_rate": 4, "beta_1": 5, "beta_2": 6, "epsilon": 7},
    ),
    "ApplyKerasMomentum": Rule("SGD", 3, {"momentum": 1}, {"learning_rate": 2, "momentum": 4}),
}  # fmt: skip


def _of_rows(rule: Rule) -> Rule:
    """The rule of the operation that updates some rows: their numbers follow the gradient."""
    numbers = {name: at + (at > rule.gradient) for name, at in rule.numbers.items()}
    return rule._replace(numbers=numbers)


RULES.update({f"Sparse{kind}": _of_rows(rule) for kind, rule in list(RULES.items())})

#: Operations that assign a variable, its first input, in their generations.
_ASSIGNS = ("Apply", "SparseApply", "Assign", "AssignAdd", "AssignSub", "AssignVariableOp",
            "AssignAddVariableOp", "AssignSubVariableOp", "Scatter")  # fmt: skip


#: Operations that hand a variable into a loop or a branch.
_HANDED_ON = ("Identity", "RefIdentity", "Enter", "RefEnter", "Switch", "RefSwitch")


class Update(NamedTuple):
    """How the graph updates a variable."""

    operations: list[tf.Operation]
    optimizer: str = ""  #: its name in Keras, if `RULES` has it
    gradient: tf.Tensor | None = None  #: what reaches the update, if `RULES` has it
    slots: dict[str, str] = {}  #: name of a slot -> variable
    numbers: dict[str, tf.Tensor] = {}  #: name in Keras -> tensor
    flags: dict[str, bool] = {}  #: name in Keras -> whether it is set


def updates_of(train: tf.Operation) -> dict[str, Update]:
    """Finds the variables that a training operation assigns.

    Args:
      train: the operation that takes a step.

    Returns:
      Dict from the name of each variable's operation to its update.
    """
    updates: dict[str, Update] = {}
    for op in closure([train]):
        if is_assigning(op):
            variable = _variable_of(op.inputs[0])
            if variable:
                updates.setdefault(variable, Update([])).operations.append(op)
    return {name: _described(update) for name, update in updates.items()}


def rule_of(updates: Iterable[Update]) -> dict[str, Any]:
    """The name of the optimizer as "optimizer", and its constant numbers by Keras' names."""
    known = next((update for update in updates if update.optimizer), None)
    if known is None:
        return {}
    constants = {n: t for n, t in known.numbers.items() if t.op.type == "Const"}
    flags = {name: True for name, is_set in known.flags.items() if is_set}
    return {"optimizer": known.optimizer, **{n: _value(t) for n, t in constants.items()}, **flags}


def constants_of(train: tf.Operation, losses: Iterable[tf.Tensor]) -> dict[tf.Tensor, Array]:
    """The scalar constants, with their values, that a step depends on and losses do not."""
    return {tensor: _value(tensor) for tensor in _scalars("Const", train, losses)}


def powers_of(train: tf.Operation, losses: Iterable[tf.Tensor]) -> list[tf.Tensor]:
    """The powers, as of Adam's decay rates, that a step computes and losses do not.

    Keras' optimizers in TensorFlow 1 compute them in each step, where `tf.train` keeps variables.
    """
    found = _scalars("Pow", train, losses)
    return [tensor for tensor in found if tensor.graph.is_fetchable(tensor)]


def _scalars(kind: str, train: tf.Operation, losses: Iterable[tf.Tensor]) -> list[tf.Tensor]:
    of_losses = {op.name for op in closure(loss.op for loss in losses)}
    return [
        op.outputs[0]
        for op in closure([train])
        if op.type == kind and op.name not in of_losses and not op.name.startswith("gradients")
        if op.outputs[0].dtype == tf.float32 and op.outputs[0].shape.rank == 0
        if op.graph.is_feedable(op.outputs[0])  # nothing inside of a loop is
    ]


def _value(constant: tf.Tensor) -> Array:
    return tf.make_ndarray(constant.op.get_attr("value"))


def closure(ends: Iterable[tf.Operation]) -> list[tf.Operation]:
    """All operations that run for some, these included."""
    waiting, seen = list(ends), {}
    while waiting:
        op = waiting.pop()
        if op.name not in seen:
            seen[op.name] = op
            waiting.extend([tensor.op for tensor in op.inputs])
            # TensorFlow gives them in any order: noise drawn for what is found would differ.
            waiting.extend(sorted(op.control_inputs, key=lambda other: other.name))
    return list(seen.values())


def is_assigning(op: tf.Operation) -> bool:
    """Whether an operation changes a variable."""
    kind = op.type.removeprefix("Resource")
    return bool(op.inputs) and (
        kind.startswith(("Apply", "SparseApply", "Scatter")) or kind in _ASSIGNS
    )


def _variable_of(tensor: tf.Tensor) -> str | None:
    """The name of the variable that a handle or a reference is of."""
    op = tensor.op
    while not is_variable(op) and op.type in _HANDED_ON:
        op = op.inputs[0].op
    return op.name if is_variable(op) else None


def _described(update: Update) -> Update:
    for op in update.operations:
        rule = RULES.get(op.type.removeprefix("Resource"))
        if rule:
            slots = {name: _variable_of(op.inputs[at]) for name, at in rule.slots.items()}
            return Update(
                update.operations,
                rule.optimizer,
                op.inputs[rule.gradient],
                {name: variable for name, variable in slots.items() if variable},
                {name: op.inputs[at] for name, at in rule.numbers.items()},
                _flags(op),
            )
    return update


def _flags(op: tf.Operation) -> dict[str, bool]:
    attributes = op.node_def.attr
    return {"nesterov": attributes["use_nesterov"].b} if "use_nesterov" in attributes else {}
