"""Which variables of a graph are its parameters."""

from collections.abc import Collection, Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.parity.finding.training import Training
from legacy_cnn.parity.updates import closure, is_assigning
from legacy_cnn.programs.variables import is_variable

#: What holds a variable, or reads it.
_HOLDING = ("ReadVariableOp", "Identity", "VarHandleOp", "VariableV2", "Variable")


def parameters_of(paths: Paths, training: Training, ends: list[tf.Operation]) -> list[str]:
    """The trainable variables that the loss depends on, or those that gradients update.

    Others that the loss reads and no step assigns are fixed ones.

    Args:
      paths: of the graph.
      training: how it is trained.
      ends: its loss, or what it computes if it has none.

    Returns:
      Their names, in the order in which they are used.
    """
    needed = paths.before(ends)
    collected = paths.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)
    floats = _floats(paths)
    trained = [v.op.name for v in collected] or training.updated
    if not trained and not training.trains:
        trained = floats
    initial = {
        v.initializer.name for v in paths.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    }
    fixed = fixed_ones(paths, training.trains, trained, initial)
    chosen = [v for v in (*trained, *fixed) if v in needed]
    return sorted(dict.fromkeys(chosen), key=lambda v: _first_use(paths, v, needed))


def fixed_ones(
    paths: Paths, trains: Iterable[tf.Operation], trained: Collection[str], initial: set[str]
) -> list[str]:
    """The variables of floats that no step assigns.

    Args:
      paths: of the graph.
      trains: the operations that take a step.
      trained: variables that are trained, and not among these.
      initial: the operations that give variables their first values.
    """
    step = {op.name for op in closure(trains)}
    return [
        v for v in _floats(paths) if v not in trained and not _is_assigned(paths, v, step, initial)
    ]


def _floats(paths: Paths) -> list[str]:
    """The variables of floats that are no single numbers."""
    return [
        op.name
        for op in paths.operations
        if is_variable(op) and tf.as_dtype(op.get_attr("dtype")).is_floating
        if tf.TensorShape(op.get_attr("shape")).rank
    ]


def _operation(paths: Paths, name: str) -> tf.Operation:
    return paths.operations[paths.at[name]]


def _first_use(paths: Paths, variable: str, needed: set[str]) -> int:
    """The place of the first operation that computes with a variable."""
    following = paths.after([_operation(paths, variable)]) & needed
    uses = [paths.at[name] for name in following if _operation(paths, name).type not in _HOLDING]
    return min(uses, default=len(paths.operations))


def _is_assigned(paths: Paths, variable: str, step: set[str], initial: set[str]) -> bool:
    """Whether a step assigns anything to it, or another operation what is fed.

    The weights of a target net are assigned those of another one, but from time to time only.
    An average of weights begins as a copy, and is none of the parameters.
    """
    followers = _followers(paths, _operation(paths, variable))
    if any(f.type in ("If", "While", "StatefulPartitionedCall") for f in followers):
        return True
    needed = {
        user: closure([tensor.op for tensor in user.inputs[1:]])
        for user in filter(is_assigning, followers)
    }
    later = {
        user: kinds
        for user, ops in needed.items()
        if user.name not in initial
        and not (kinds := {op.type for op in ops}) & {"RestoreV2", "Restore"}
    }
    is_copy = any(
        user.name in initial and any(map(is_variable, ops)) for user, ops in needed.items()
    )
    return any(
        is_copy or user.name in step or any(kind.startswith("Placeholder") for kind in kinds)
        for user, kinds in later.items()
    )


def _followers(paths: Paths, op: tf.Operation) -> list[tf.Operation]:
    """What uses a variable, also inside of TensorFlow 1's branches and loops."""
    followers = list(paths.followers(op))
    inside = [f for f in followers if f.type in ("Switch", "RefSwitch", "Enter", "RefEnter")]
    return followers + [f for one in inside for f in _followers(paths, one)]
