"""The variables of a graph beside its parameters: slots, and what else a step changes."""

from collections.abc import Iterable, Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.side import State
from legacy_cnn.parity.updates import Update
from legacy_cnn.weights.optimizers import AVERAGE, TENSORFLOW

#: Stands in the place of a slot's name for a variable that is neither a slot nor a parameter.
VALUE = "value"

#: What predictions are computed by from a variable.
_COMPUTING = ("MatMul", "Conv2D", "DepthwiseConv2dNative", "BiasAdd", "Add", "AddV2", "Sub", "Mul",
              "GatherV2", "ResourceGather", "BatchMatMulV2", "FusedBatchNormV3", "Rsqrt",
              "While", "StatelessWhile", "If", "StatelessIf")  # fmt: skip


def slots_of(
    parameters: Mapping[str, str], updates: Mapping[str, Update]
) -> dict[tuple[str, str], str]:
    """(slot, parameter) -> variable: by the table of updates, and else by name."""
    slots: dict[tuple[str, str], str] = {}
    for name, variable in parameters.items():
        known = updates[variable].slots if variable in updates else {}
        slots.update({(slot, name): op for slot, op in known.items()})
        for other in updates:
            owner, _, slot = other.rpartition("/")
            is_average = slot.startswith(AVERAGE)
            if owner == variable and other not in known.values() and not is_average:
                slots[(TENSORFLOW.get(slot, slot), name)] = other
    return slots


def moving(known: set[str], needed: set[str], before: State, after: State) -> list[str]:
    """What else a step changes that predictions are computed from: moving averages.

    Args:
      known: parameters and slots.
      needed: names of what the output depends on, or what is read for something else than a step.
      before: the state before a step.
      after: the state after it.
    """
    return [
        name
        for name, value in after.items()
        if name not in known and name in before and value.dtype.kind == "f"
        # Averages are made for others to read: by a Saver, in another program.
        if name in needed or name.rpartition("/")[2].startswith(AVERAGE)
        if value.ndim and not np.array_equal(value, before[name])
    ]


def read_elsewhere(variables: Iterable[tf.Operation], step: set[str]) -> set[str]:
    """The names of the variables that something computes with which is no part of a step."""
    return {variable.name for variable in variables if _is_read(variable, step)}


def _is_read(variable: tf.Operation, step: set[str]) -> bool:
    waiting = list(variable.outputs[0].consumers())
    while waiting:
        op = waiting.pop()
        if op.type in (*flow.PASSING, "ReadVariableOp"):
            waiting.extend(op.outputs[0].consumers())
        elif op.name not in step and op.type in _COMPUTING:
            return True
    return False
