"""The number of TensorFlow's threads; sums depend on it in the last bit."""

import os

from legacy_cnn.errors import UsageError


def available_cores() -> int:
    """Returns the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_threads(threads: int) -> None:
    """Sets the number of threads of this process, which holds for everything but sessions.

    Raises:
      UsageError: TensorFlow has started with another number.
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
            f"threads cannot be set to {threads}: TensorFlow has started with another number in "
            f"this process; use a new process.",
            "threads",
        ) from error
