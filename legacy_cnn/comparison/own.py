"""The user's own two functions: one that builds a TensorFlow 1 graph, and an eager one."""

import inspect
from collections.abc import Mapping

import numpy as np

from legacy_cnn import programs, provenance
from legacy_cnn.comparison.own_dialects import (
    Arrays,
    Dialect,
    Eager,
    Function,
    InSession,
    Outputs,
    Traced,
    described,
)
from legacy_cnn.comparison.values import difference
from legacy_cnn.errors import UsageError
from legacy_cnn.parity.named import call_named
from legacy_cnn.parity.usercode import guarded
from legacy_cnn.results import OwnComparison
from legacy_cnn.tensorflow_start import without_warnings

#: Calls that are timed, of each dialect in turn.
TIMED = 20


def compare_own(graph: str | Function, eager: str | Function) -> OwnComparison:
    """Compares a function that builds a TensorFlow 1 graph with an eager function.

    Both take the same arguments, in the same order. Each argument of the first one has an array as
    its default, and both are called with these arrays: the first one once, with placeholders, which
    are fed; the second one with tensors, also under `tf.function`.

    Args:
      graph: the function that builds a graph, or `file.py:function`.
      eager: the eager function, or `file.py:function`.

    Raises:
      UsageError: an argument has no array as its default, or no tensor is returned.
      ParityError: a function cannot be found; UserCodeError if one raises.
    """
    functions = _function(graph, "graph"), _function(eager, "eager function")
    names = [each if isinstance(each, str) else each.__name__ for each in (graph, eager)]
    inputs = _inputs(functions[0], names[0])
    with guarded(f"{names[0]} and {names[1]} cannot be compared"), without_warnings():
        dialects = _dialects(*functions, inputs)
        for _ in range(TIMED):
            for dialect in dialects.values():
                dialect.take_time()
        return OwnComparison(
            graph=names[0],
            eager=names[1],
            versions=provenance.versions(),
            machine=provenance.machine(),
            inputs={name: described(array) for name, array in inputs.items()},
            dialects={name: dialect.result() for name, dialect in dialects.items()},
            values=_differences({name: each.outputs for name, each in dialects.items()}),
        )


def _function(function: str | Function, role: str) -> Function:
    if not isinstance(function, str):
        return function
    found: Function = call_named(function, role, "file.py:function", lambda found: found)
    return found


def _inputs(function: Function, name: str) -> Arrays:
    inputs = {}
    for argument, parameter in inspect.signature(function).parameters.items():
        if parameter.default is parameter.empty:
            raise UsageError(
                f"The argument {argument} of {name} has no value to compare with. Give it an array "
                f"as its default: {argument}=np.ones((4, 3), np.float32)."
            )
        inputs[argument] = np.asarray(parameter.default)
    return inputs


def _dialects(graph: Function, eager: Function, inputs: Arrays) -> dict[str, Dialect]:
    kinds = {"graph": (InSession, graph), "eager": (Eager, eager), "function": (Traced, eager)}
    return {
        name: kind(programs.IMPLEMENTATIONS[name].title, function, inputs)
        for name, (kind, function) in kinds.items()
    }


def _differences(outputs: Mapping[str, Outputs]) -> dict[str, dict[str, float | None]]:
    reference, *others = outputs
    return {
        f"output {number}": {name: _difference(expected, outputs[name], number) for name in others}
        for number, expected in enumerate(outputs[reference])
    }


def _difference(expected: np.ndarray, found: Outputs, number: int) -> float | None:
    if number >= len(found) or described(found[number]) != described(expected):
        return None
    if np.array_equal(expected, found[number]):
        return 0.0
    return difference(expected.astype(np.float64), found[number].astype(np.float64))
