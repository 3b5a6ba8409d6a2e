"""Waiting for other machines, never without an end."""

import threading
import time
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import RunError
from legacy_cnn.processes import leaving

#: What operations raise when a process of the cluster has gone, is gone or came back empty.
_ERRORS = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.NotFoundError,
    tf.errors.InternalError,
    tf.errors.UnknownError,
)

#: Seconds that the servers have to close a session that is no longer needed.
CLOSING = 3
#: Seconds between two looks whether to give up.
INTERVAL = 0.2


class Lost(RunError):
    """A process of the cluster has gone, or its network, and with it perhaps the variables."""


def never() -> bool:
    """Nothing gives this up but its own end."""
    return False


def within(seconds: float, call: Callable[[], Any], stop: Callable[[], bool] = never) -> Any:
    """Calls what asks other machines, in a thread that is left behind when they do not answer.

    TensorFlow's own timeouts do not hold while a session is opened or closed.

    Args:
      seconds: that they have to answer.
      call: asks them.
      stop: True gives it up.

    Raises:
      Lost: there was no answer in time, or a process of the cluster is gone.
    """
    results: list[Any] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    late = time.monotonic() + seconds
    with leaving.behind(thread):  # also by Ctrl-C
        thread.start()
        while thread.is_alive() and time.monotonic() < late and not stop():
            thread.join(min(INTERVAL, seconds))
    if results:
        return results[0]
    if not errors:
        raise Lost(f"The cluster has not answered for {seconds:g} seconds.")
    if isinstance(errors[0], _ERRORS):
        # Its text may be that of many processes.
        reason = type(errors[0]).__name__
        raise Lost(f"The cluster has lost a process, or its variables ({reason}).") from errors[0]
    raise errors[0]
