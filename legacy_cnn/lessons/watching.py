"""Records the sessions that an answer runs."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

#: The graph of each run's session, and the feed.
Calls = list[tuple[tf.Graph, dict[Any, Any]]]


@contextlib.contextmanager
def sessions(most: float = float("inf"), too_many: str = "") -> Iterator[Calls]:
    """Records every call of `Session.run`.

    Args:
      most: how many calls an answer may need.
      too_many: what to say of an answer that needs more, instead of waiting for its end.

    Yields:
      A list. Each call that succeeds appends the session's graph and the feed, a dict.
    """
    calls: Calls = []
    base = tf.Session.__mro__[1]  # the base class of `tf.InteractiveSession`, too
    run = base.run

    def recorded(self: Any, fetches: Any, feed_dict: Any = None, *more: Any, **options: Any) -> Any:
        require(len(calls) < most, too_many)
        values = run(self, fetches, feed_dict, *more, **options)
        calls.append((self.graph, dict(feed_dict or {})))
        return values

    with mock.patch.object(base, "run", recorded):
        yield calls
