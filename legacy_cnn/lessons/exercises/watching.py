"""What an answer did with TensorFlow, for the checkers."""

import contextlib
from unittest import mock

import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def sessions():
    """Yields a list that gets the graph and the feed (a dict) of every `Session.run`."""
    seen = []
    run = tf.Session.run

    def watched(self, fetches, feed_dict=None, *more, **options):
        result = run(self, fetches, feed_dict, *more, **options)
        seen.append((self.graph, dict(feed_dict or {})))
        return result

    with mock.patch.object(tf.Session, "run", watched):
        yield seen
