"""How many threads TensorFlow computes with; sums depend on it in the last bit."""

import os

from legacy_cnn.errors import UsageError


def available_cores() -> int:
    """Returns how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_threads(threads: int) -> None:
    """Makes `threads` the number of this process: outside of a session there is no other.

    Raises:
      UsageError: TensorFlow computes with another number already.
    """
    import tensorflow as tf

    threading = tf.config.threading
    if (threading.get_intra_op_parallelism_threads() or available_cores()) == threads:
        return
    try:
        threading.set_intra_op_parallelism_threads(threads)
        threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise UsageError(
            f"threads {threads} comes too late: outside of a session the number of threads is the "
            f"process's, and TensorFlow has computed in this one already.",
            "threads",
        ) from error
