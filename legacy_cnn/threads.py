"""The number of TensorFlow's threads; sums depend on it in the last bit."""

import contextlib
import os

from legacy_cnn.errors import UsageError


def available_cores() -> int:
    """Returns the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


#: What `in_use` returns; 0 before anybody has asked.
_in_use = 0


def in_use(wanted: int) -> int:
    """Returns the number of threads that operations have in this process.

    TensorFlow gives all sessions of a process the threads of the first one, or of what has run
    eagerly before it. Sessions that this package has not opened are not known here.

    Args:
      wanted: for the session that is opened next; 0 is as many as there are cores.
    """
    global _in_use
    _in_use = _in_use or _eagerly() or wanted or available_cores()
    return _in_use


def _eagerly() -> int:
    """The number of threads of what has run eagerly; 0 if nothing has."""
    import tensorflow as tf

    threading = tf.config.threading
    threads = threading.get_intra_op_parallelism_threads()
    with contextlib.suppress(RuntimeError):  # only before anything has run, it can be set
        threading.set_intra_op_parallelism_threads(threads + 1)
        threading.set_intra_op_parallelism_threads(threads)
        return 0
    return int(threads or available_cores())


def use_threads(threads: int) -> None:
    """Sets the number of threads of this process, which holds for everything but sessions.

    Raises:
      UsageError: TensorFlow has started with another number.
    """
    import tensorflow as tf

    threading = tf.config.threading
    if threads in (_in_use, threading.get_intra_op_parallelism_threads() or available_cores()):
        return
    try:
        threading.set_intra_op_parallelism_threads(threads)
        threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise UsageError(
            f"threads cannot be set to {threads}: TensorFlow has started with another number in "
            f"this process; use a new process.",
            "threads",
        ) from error
