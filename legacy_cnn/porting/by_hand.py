"""Updates that a script writes out, and that keep more than the weights."""

import re

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import Update
from legacy_cnn.programs.variables import is_variable

#: What `tf.gradients` calls its operations.
GRADIENTS = re.compile(r"(^|/)gradients(_\d+)?/")


def keeps_more(side: GraphSide, update: Update) -> bool:
    """Whether an update reads what steps change beside the weights, as a momentum by hand does."""
    if update.optimizer or len(update.operations) != 1:
        return False
    parameters = set(side.parameters.values())
    return any(
        is_variable(op) and op.name in side.updates and op.name not in parameters
        for op in _before(update.operations[0])
        if not _counts(side, op)
    )


def _before(assign: tf.Operation) -> list[tf.Operation]:
    """The operations of what is assigned, up to gradients."""
    waiting, found = [assign.inputs[1].op], {}
    while waiting:
        op = source(waiting.pop().outputs[0])
        if op.name not in found and not GRADIENTS.search(op.name):
            found[op.name] = op
            waiting.extend(tensor.op for tensor in op.inputs)
    return list(found.values())


def _counts(side: GraphSide, op: tf.Operation) -> bool:
    """Whether a variable is the number of the step, which rates are computed from."""
    kinds = (
        {one.type for one in side.updates[op.name].operations} if op.name in side.updates else set()
    )
    return bool(kinds) and kinds <= {"AssignAdd", "AssignAddVariableOp"}
