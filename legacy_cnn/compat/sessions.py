"""What sessions of an old program do besides: soft placement, old promotion, and a last step."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import tensorflow
import tensorflow.compat.v1 as tf

from legacy_cnn.compat import steps
from legacy_cnn.compat.messages import as_it_was
from legacy_cnn.compat.numbers import promoting

#: The class that has `run`: that of all sessions.
_SESSION: Any = next(each for each in tf.Session.__mro__ if "run" in vars(each))


@contextlib.contextmanager
def old_sessions() -> Iterator[None]:
    """Changes sessions, in the block.

    An operation that names `/gpu:0` runs where there is none. It did not in TensorFlow 1, unless
    the program asked for soft placement; but then it ran on machines that had one.
    """
    soft = tensorflow.config.get_soft_device_placement()
    tensorflow.config.set_soft_device_placement(True)
    start, run, count = _SESSION.__init__, _SESSION.run, steps.current()

    @functools.wraps(start)
    def start_softly(self: Any, target: Any = "", graph: Any = None, config: Any = None) -> None:
        if isinstance(config, tf.ConfigProto):
            config = tf.ConfigProto.FromString(config.SerializeToString())
            config.allow_soft_placement = True
        start(self, target, graph, config)

    @functools.wraps(run)
    def run_and_count(self: Any, fetches: Any, *arguments: Any, **keywords: Any) -> Any:
        step = functools.partial(run, self)
        try:
            return promoting(count.run(step, self.graph, fetches, arguments, keywords))
        except tf.errors.OpError as error:
            raise as_it_was(error) from None

    _SESSION.__init__, _SESSION.run = start_softly, run_and_count
    try:
        yield
    finally:
        _SESSION.__init__, _SESSION.run = start, run
        tensorflow.config.set_soft_device_placement(soft)
