"""Scripts that train by an Estimator, which evaluates in a graph of its own that no step shows."""

import ast
import functools
import re
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.statements import (
    Place,
    Places,
    deciding,
    function_at,
    lines,
    name_of,
    shown,
    tree_of,
)
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.elements import DRAWING

_CLASSES = re.compile(r"(\b|_)(estimator|learn)\.(\w+\.)*\w*(Estimator|Classifier|Regressor)$")
_TRAINING = ("train", "fit", "partial_fit", "train_and_evaluate")
#: Words for a mode.
_MODES = re.compile(
    r"(^|_)(mode|modes|modekeys|train|training|eval|infer|predict|phase|test)($|_)", re.IGNORECASE
)
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
    found = made_by_one(places)
    if not depending or found is None:
        return {}
    name = depending[0].name
    taken = "is taken to follow its mode" if is_of_mode(places.get(name, ())) else "may be another"
    return {
        name: f"{shown(found)}: an Estimator evaluates in a graph of its own, which was not "
        f"recorded: {name} {taken} there"
    }


def made_by_one(places: Places) -> Place | None:
    """Where the script that made some operations makes an Estimator."""
    files = dict.fromkeys(file for calls in places.values() for file, _ in calls)
    return next((place for file in files if (place := _estimator(file))), None)


def is_of_mode(made_at: Sequence[Place]) -> bool:
    """Whether an operation is made by a model function, where its mode decides.

    That of a ready Estimator has no lines.

    Args:
      made_at: the lines that made it, the innermost last.
    """
    inside = [at for at, place in enumerate(made_at) if "mode" in _parameters(place)]
    if not inside:
        return bool(made_at) and _trains(made_at[-1])
    words = set().union(*(deciding(place) for place in made_at[inside[0] :]))
    return any(map(_MODES.search, words))


def _parameters(place: Place) -> list[str]:
    function = function_at(place)
    if function is None:
        return []
    return [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]


@functools.cache
def _estimator(file: str) -> Place | None:
    """Where a script makes an Estimator."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and _CLASSES.search(ast.unparse(node.func)):
            return file, node.lineno
    return None


def _trains(place: Place) -> bool:
    """Whether a line has an Estimator train."""
    return any(
        isinstance(node, ast.Call) and name_of(node.func) in _TRAINING and place[1] in lines(node)
        for node in ast.walk(tree_of(place[0]))
    )
