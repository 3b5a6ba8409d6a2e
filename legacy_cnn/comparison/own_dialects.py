"""A function of the user's in three dialects: as a graph in a session, eager, and traced."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.comparison import operations
from legacy_cnn.errors import UsageError
from legacy_cnn.results import OwnDialect
from legacy_cnn.streams import printed

Function = Callable[..., Any]
Arrays = Mapping[str, NDArray[Any]]
Outputs = list[NDArray[Any]]


class Dialect:
    """A function with its inputs, called twice: what it prints, returns and costs."""

    def __init__(self, title: str, function: Function, inputs: Arrays) -> None:
        self.title, self.function, self.inputs = title, function, inputs
        self.prints: dict[str, tuple[str, ...]] = {}
        self.seconds: list[float] = []
        started = time.perf_counter()
        self.build()
        self.outputs = self.printing("call 1", self.call)
        self.first = time.perf_counter() - started
        again = self.printing("call 2", self.call)
        self.repeats = all(map(_equal, self.outputs, again))

    def build(self) -> None:
        """Builds what is called."""

    def call(self) -> Outputs:
        """Calls the function with its inputs."""
        raise NotImplementedError

    def operations(self) -> int | None:
        """How many operations its graph has."""
        return None

    def calls(self) -> int:
        """How many calls from Python it takes."""
        counts: list[int] = []
        captured(lambda: counts.append(operations.executed(self.call)))
        return counts[0]

    def printing(self, moment: str, call: Callable[[], Any]) -> Any:
        """Calls something, and remembers what it prints."""
        values: list[Any] = []
        self.prints[moment] = captured(lambda: values.append(call()))
        return values[0]

    def take_time(self) -> None:
        """Calls the function once more, silently, and remembers how long that took."""

        def call() -> None:
            started = time.perf_counter()
            self.call()
            self.seconds.append(time.perf_counter() - started)

        captured(call)

    def result(self) -> OwnDialect:
        return OwnDialect(
            title=self.title,
            first=self.first,
            later=statistics.median(self.seconds),
            operations=self.operations(),
            calls=self.calls(),
            outputs=tuple(map(described, self.outputs)),
            repeats=self.repeats,
            prints=self.prints,
        )


class InSession(Dialect):
    """Called once, to build a graph of placeholders, which a session runs."""

    def build(self) -> None:
        v1 = tf.compat.v1
        with v1.Graph().as_default() as graph:
            given = [v1.placeholder(each.dtype, each.shape) for each in self.inputs.values()]
            built = self.printing("built", lambda: self.function(*given))
            self._fetches = [each for each in tf.nest.flatten(built) if each is not None]
            if not self._fetches:
                raise UsageError("The function that builds the graph returned no tensor.")
            self._count = len(graph.get_operations())
            init = v1.global_variables_initializer()
        self._feed = dict(zip(given, self.inputs.values(), strict=True))
        self._session = v1.Session(graph=graph)
        self._session.run(init)

    def call(self) -> Outputs:
        return [np.asarray(each) for each in self._session.run(self._fetches, self._feed)]

    def operations(self) -> int | None:
        return self._count

    def calls(self) -> int:
        return 1  # `Session.run` is one call


class Eager(Dialect):
    """Called each time, with tensors."""

    def build(self) -> None:
        self._tensors = [tf.constant(each) for each in self.inputs.values()]

    def call(self) -> Outputs:
        return [np.asarray(each) for each in tf.nest.flatten(self.function(*self._tensors))]


class Traced(Eager):
    """Called through `tf.function`."""

    def build(self) -> None:
        super().build()
        self._traced = self.function = tf.function(self.function)

    def operations(self) -> int | None:
        return len(self._traced.get_concrete_function(*self._tensors).graph.get_operations())


def captured(function: Callable[[], object]) -> tuple[str, ...]:
    """Calls a function; returns the lines that it prints."""
    return tuple(printed(function, stderr=True).splitlines())


def described(array: NDArray[Any]) -> str:
    """Dtype and shape: float32 (4, 3)"""
    return f"{array.dtype} {array.shape}"


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
