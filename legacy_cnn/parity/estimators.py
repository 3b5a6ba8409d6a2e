"""Scripts that train by an Estimator, which evaluates in a graph of its own that no step shows."""

import ast
import re
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.statements import Places, shown, tree_of
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.elements import DRAWING

_CLASSES = re.compile(r"(\b|_)(estimator|learn)\.(\w+\.)*\w*(Estimator|Classifier|Regressor)$")
_OF_A_MODE = re.compile("FusedBatchNorm")


def unseen(stages: Sequence[str], places: Places) -> dict[str, str]:
    """A sentence about what is not compared, by the operation that evaluation has otherwise.

    Args:
      stages: operations of a step, of the current graph.
      places: of the operations.
    """
    graph = tf.get_default_graph()
    needed = closure(map(graph.get_operation_by_name, stages))
    depending = [op for op in needed if DRAWING.match(op.type) or _OF_A_MODE.match(op.type)]
    files = dict.fromkeys(file for calls in places.values() for file, _ in calls)
    found = next((place for file in files if (place := _estimator(file))), None)
    if not depending or found is None:
        return {}
    return {
        depending[0].name: f"{shown(found)}: an Estimator evaluates in a graph of its own, which "
        f"was not recorded: {depending[0].name} may be another there"
    }


def _estimator(file: str) -> tuple[str, int] | None:
    """Where a script makes an Estimator."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and _CLASSES.search(ast.unparse(node.func)):
            return file, node.lineno
    return None
