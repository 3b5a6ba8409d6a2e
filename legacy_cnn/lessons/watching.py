"""Records the sessions that an answer runs."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def sessions() -> Iterator[list[tuple[tf.Graph, dict[Any, Any]]]]:
    """Records every call of `Session.run`.

    Yields:
      A list. Each call that succeeds appends the session's graph and the feed, a dict.
    """
    calls: list[tuple[tf.Graph, dict[Any, Any]]] = []
    base = tf.Session.__mro__[1]  # the base class of `tf.InteractiveSession`, too
    run = base.run

    def recorded(self: Any, fetches: Any, feed_dict: Any = None, *more: Any, **options: Any) -> Any:
        values = run(self, fetches, feed_dict, *more, **options)
        calls.append((self.graph, dict(feed_dict or {})))
        return values

    with mock.patch.object(base, "run", recorded):
        yield calls
