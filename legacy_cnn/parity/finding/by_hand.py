"""Steps without an optimizer: a trained variable is assigned what is computed from the data."""

import re
from collections.abc import Collection

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import Paths, variable_of
from legacy_cnn.parity.updates import is_assigning

#: `tf.gradients` puts the gradient of an operation in a scope called like that one.
_GRADIENT = re.compile(r"_grad(?:_\d+)?/")

#: What hands data to a graph.
_PLACEHOLDER = "Placeholder"


def updates(paths: Paths, trained: Collection[str]) -> list[tf.Operation]:
    """The operations that assign a trained variable what gradients or data decide.

    Others assign it what it begins with, what is fed for it, or an average of it.

    Args:
      paths: of the graph.
      trained: the variables.
    """
    assigning = [op for op in paths.operations if is_assigning(op) and "Apply" not in op.type]
    own = [op for op in assigning if variable_of(op.inputs[0]) in trained]
    if not own:
        return []
    fed = paths.after(op for op in paths.operations if op.type.startswith(_PLACEHOLDER))
    of_data = paths.after(_data(paths, trained))
    return [op for op in own if any(_is_step(paths, t, fed, of_data) for t in op.inputs[1:])]


def _is_step(paths: Paths, tensor: tf.Tensor, fed: set[str], of_data: set[str]) -> bool:
    name = tensor.op.name
    if name in of_data:
        return True
    return name in fed and any(differentiated(paths, one) for one in paths.before([tensor.op]))


def _data(paths: Paths, trained: Collection[str]) -> list[tf.Operation]:
    """The placeholders of examples: what meets a trained variable elsewhere than in being assigned.

    A number such as the rate of an average is none, nor is what a variable is set to.
    """
    holders = (op for op in paths.operations if op.type.startswith(_PLACEHOLDER))
    handles = [paths.operations[paths.at[name]] for name in trained if name in paths.at]
    of_weights = paths.after(handles)
    return [op for op in holders if _is_data(paths, op, of_weights)]


def _is_data(paths: Paths, op: tf.Operation, of_weights: set[str]) -> bool:
    if op.outputs[0].shape.rank == 0:
        return False
    following = [one for one in paths.ordered(paths.after([op])) if not is_assigning(one)]
    if not any(one.name in of_weights for one in following):
        return False
    # A number whose shape is not known ends in assignments; data are also predicted from.
    return bool(op.outputs[0].shape.rank) or any(not paths.followers(one) for one in following)


def differentiated(paths: Paths, name: str) -> str | None:
    """The operation whose gradient an operation computes; None if it is part of no gradient.

    Args:
      paths: of the graph.
      name: of the operation: the scope that `tf.gradients` was given, then that operation's name
        with "_grad", then its own.
    """
    for found in reversed(list(_GRADIENT.finditer(name))):  # of a gradient's gradient, the last
        whole = name[: found.start()]
        parts = whole.split("/")
        for at in range(len(parts)):
            if (original := "/".join(parts[at:])) in paths.at:
                return original
    return None
