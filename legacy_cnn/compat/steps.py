"""Training steps of an old program: counted, ended after the last, and traced."""

import atexit
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn import files
from legacy_cnn.compat import options, private
from legacy_cnn.settings import RunSettings

#: How the types of operations that train begin.
_UPDATES = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply")
#: The training step that `--timeline` traces: the first ones also allocate, and choose kernels.
_TRACED = 10


class StepCount:
    """Counts the calls of `Session.run` that train, and other training steps."""

    def __init__(self, settings: RunSettings) -> None:
        self._options, self._count, self._ended = settings, 0, False
        self._lock = threading.Lock()
        self._trains: weakref.WeakKeyDictionary[tf.Graph, dict[tuple[str, ...], bool]]
        self._trains = weakref.WeakKeyDictionary()

    def run(
        self,
        run: Callable[..., Any],
        graph: tf.Graph,
        fetches: Any,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Any:
        """Calls `run(fetches, *arguments, **keywords)`, unless the last step was before.

        Raises:
          SystemExit: it was, and this is the first call since.
        """
        if self._options.max_steps is None and self._options.timeline is None:
            return run(fetches, *arguments, **keywords)
        if not self._is_training(graph, fetches):
            if self._ended:
                _end()
            return run(fetches, *arguments, **keywords)
        step = self.next_step()
        if self._options.timeline is not None and step == _TRACED:
            return self._traced(run, fetches, *arguments, **keywords)
        return run(fetches, *arguments, **keywords)

    def next_step(self) -> int:
        """Counts a training step that is about to begin.

        Returns:
          Its number, from 1.

        Raises:
          SystemExit: the last step was before, and this is the first call since.
        """
        with self._lock:  # threads may train
            is_over = self._options.max_steps is not None and self._count >= self._options.max_steps
            self._count += not is_over
            step = self._count
        if is_over:
            if self._ended or threading.current_thread() is not threading.main_thread():
                _end()
            self._ended = True
            raise SystemExit(0)
        return step

    def _is_training(self, graph: tf.Graph, fetches: Any) -> bool:
        names = tuple(_names(fetches))
        known = self._trains.setdefault(graph, {})
        if names not in known:
            known[names] = _updates(_operations(graph, names))
        return known[names]

    def _traced(
        self,
        run: Callable[..., Any],
        fetches: Any,
        feed_dict: Any = None,
        options: tf.RunOptions | None = None,
        run_metadata: tf.RunMetadata | None = None,
    ) -> Any:
        """Runs a step with TensorFlow's trace on, and writes it for chrome://tracing."""
        asked = tf.RunOptions()
        asked.CopyFrom(options or asked)
        asked.trace_level = tf.RunOptions.FULL_TRACE
        seen = tf.RunMetadata() if run_metadata is None else run_metadata
        result = run(fetches, feed_dict, asked, seen)
        trace = private.module("timeline").Timeline(seen.step_stats)
        assert self._options.timeline is not None
        files.write_text(self._options.timeline, trace.generate_chrome_trace_format())
        return result


_latest: list[tuple[RunSettings, StepCount]] = []


def current() -> StepCount:
    """The count of the program that runs now: one for each time that settings are set."""
    if not _latest or _latest[0][0] is not options.current:
        _latest[:] = [(options.current, StepCount(options.current))]
    return _latest[0][1]


def _names(fetches: Any) -> Iterator[str]:
    """The names of what is fetched; what has none, such as a sparse tensor, does not train."""
    if isinstance(fetches, str):
        yield fetches
    elif isinstance(fetches, (tf.Operation, tf.Tensor)):
        yield fetches.name
    elif isinstance(fetches, (list, tuple)):
        for each in fetches:
            yield from _names(each)
    elif isinstance(fetches, dict):
        yield from _names(list(fetches.values()))


def _operations(graph: tf.Graph, names: Iterable[str]) -> list[tf.Operation]:
    """Operations by their names; the session says what is wrong with those that are not there."""
    try:
        elements = [graph.as_graph_element(name) for name in names]
    except (KeyError, ValueError):
        return []
    return [getattr(each, "op", each) for each in elements]


def _updates(operations: list[tf.Operation]) -> bool:
    """Whether what is fetched needs an operation of an optimizer."""
    seen: set[tf.Operation] = set()
    while operations:
        operation = operations.pop()
        if operation in seen:
            continue
        seen.add(operation)
        if operation.type.startswith(_UPDATES):
            return True
        operations += [each.op for each in operation.inputs] + list(operation.control_inputs)
    return False


def _end() -> None:
    """Ends the process in whatever thread, when the program has caught `SystemExit` before."""
    from legacy_cnn import compat

    # It ends with the process, and what it set in the main thread cannot be set back in another.
    atexit.unregister(compat.at_end)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
