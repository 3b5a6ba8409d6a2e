"""Which call of a program made an operation, and is it known how many the release made there?

`counted.txt` has the calls that were probed: in each release that is named they make as many
operations as today, or `op_rows.py` and `cell_seeds.py` say how many more. Every other call is
unknown, so that the first of them in a graph can be named.
"""

import functools
import weakref
from importlib import resources
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options, program
from legacy_cnn.settings.running import RELEASES


class Origin(NamedTuple):
    """The first operation of a graph whose number in the release is not known."""

    name: str  #: the operation's, or that of the call that made it
    place: str  #: the program's line, as "script.py:3"; "" if it has none


#: Where a call is handed on: operations are told apart by what comes next.
_PASSED = (
    "legacy_cnn/compat/arguments.py",
    "legacy_cnn/compat/division.py",
    "legacy_cnn/compat/keras_effects.py",
    "tensorflow/python/autograph/impl/api.py",
    "tensorflow/python/framework/ops.py",
    "tensorflow/python/ops/distributions/distribution.py",
    "tensorflow/python/profiler/trace.py",
    "tensorflow/python/util/deprecation.py",
    "tensorflow/python/util/dispatch.py",
    "tensorflow/python/util/tf_should_use.py",
    "tensorflow/python/util/traceback_utils.py",
    "tensorflow/python/ops/weak_tensor_ops.py",
    "tf_keras/src/engine/base_layer.py",
    "tf_keras/src/engine/base_layer_v1.py",
    "tf_keras/src/legacy_tf_layers/base.py",
    "tf_keras/src/utils/traceback_utils.py",
    "tf_slim/ops/arg_scope.py",
)
#: `gradients` counts what is made there.
GRADIENTS = "tensorflow/python/ops/gradients_util.py"
#: Cells are called in loops of the library, too, and optimizers by their base class.
_INNER = ("legacy_cnn/compat/cells/", "tensorflow/python/training/ftrl.py")
#: What counts a call that has a row: its operations are known, whatever made them.
COUNTED = "legacy_cnn/compat/op_seeds.py counted_call"

#: Graph -> how many of its operations have been looked at.
_seen: "weakref.WeakKeyDictionary[tf.Graph, int]" = weakref.WeakKeyDictionary()
#: Graph -> its first operation that is not known.
_first: "weakref.WeakKeyDictionary[tf.Graph, Origin]" = weakref.WeakKeyDictionary()
#: Graph -> the first call that is not known, of those that are marked when they are made.
_marked: "weakref.WeakKeyDictionary[tf.Graph, Origin]" = weakref.WeakKeyDictionary()


def first_unknown(graph: tf.Graph) -> Origin | None:
    """The first operation of a graph whose number is not known; each is looked at once."""
    if graph not in _first:
        operations = graph.get_operations()
        new = operations[_seen.get(graph, 0) :]
        _seen[graph] = len(operations)
        known = _known()[options.release()]
        for operation in new:
            if not known.issuperset(made_in(operation)):
                _first[graph] = Origin(operation.name, _place(operation))
                break
    return _first.get(graph) or marked(graph)


def is_unknown(name: str) -> None:
    """Remembers that the number of operations of a call that is being made is not known.

    Args:
      name: the call's.
    """
    _marked.setdefault(tf.get_default_graph(), Origin(name, program.place()))


def marked(graph: tf.Graph) -> Origin | None:
    """The first call that `is_unknown` was told of."""
    return _marked.get(graph)


def made_in(operation: tf.Operation) -> list[str]:
    """What a program called to make an operation, as "tensorflow/python/ops/math_ops.py add".

    Returns:
      A file in its library and a function, then those of `_INNER` that are called in it;
      empty if the program did not call anything, or what it called counts for itself.
    """
    frames = [(_in_library(each.filename), each) for each in _below_the_program(operation)]
    if any(path == GRADIENTS for path, _ in frames):
        return []
    called = [f"{path} {frame.name}" for path, frame in frames]
    after = [
        number
        for number, (path, _) in enumerate(frames)
        if path not in _PASSED or called[number] == COUNTED
    ]
    if not after or called[after[0]] == COUNTED:
        return []
    return [called[after[0]], *(each for each in called if each.startswith(_INNER))]


def _below_the_program(operation: tf.Operation) -> list[Any]:
    """The frames in which an operation was made, from those that the program called."""
    frames = list(operation.traceback or ())
    own = [number for number, each in enumerate(frames) if program.is_own_file(each.filename)]
    return frames[own[-1] + 1 :] if own else []


def _place(operation: tf.Operation) -> str:
    inner = [each for each in operation.traceback if program.is_own_file(each.filename)]
    return f"{inner[-1].filename}:{inner[-1].lineno}" if inner else ""


@functools.cache
def _in_library(file: str) -> str:
    """A file's path from its library on."""
    for library in ("legacy_cnn", "tensorflow", "tf_keras", "tf_slim", "tensorflow_estimator"):
        _, found, rest = file.replace("\\", "/").rpartition(f"/{library}/")
        if found:
            return f"{library}/{rest}"
    return file


@functools.cache
def _known() -> dict[str, frozenset[str]]:
    """Release -> the calls that are known in it."""
    found: dict[str, set[str]] = {each: set() for each in RELEASES}
    text = resources.files("legacy_cnn.compat").joinpath("counted.txt").read_text("utf-8")
    path = ""
    for line in text.splitlines():
        if line.startswith(" "):
            name, *releases = line.split()
            for release in releases or RELEASES:
                found[release].add(f"{path} {name}")
        else:
            path = line
    return {release: frozenset(calls) for release, calls in found.items()}
