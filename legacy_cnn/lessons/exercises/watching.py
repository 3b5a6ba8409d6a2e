"""What an answer did with TensorFlow, for the checkers."""

import contextlib
from unittest import mock

import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def sessions():
    """Yields a list that gets the graph and the feed (a dict) of every session's `run`."""
    seen = []
    sessions = tf.Session.__mro__[1]  # of `tf.InteractiveSession`, too
    run = sessions.run

    def watched(self, fetches, feed_dict=None, *more, **options):
        result = run(self, fetches, feed_dict, *more, **options)
        seen.append((self.graph, dict(feed_dict or {})))
        return result

    with mock.patch.object(sessions, "run", watched):
        yield seen
