"""Starts TensorFlow for the command line: without start-up notes, and with its fastest kernels."""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterator

from legacy_cnn.streams import redirected

try:
    import resource
except ModuleNotFoundError:  # on Windows
    resource = None  # type: ignore[assignment]

#: Set before TensorFlow is imported, unless the user has set them: no start-up notes, and oneDNN's
#: kernels, which TensorFlow does not use on every CPU, but which make this graph 1.7 times as fast
#: (docs/performance.md).
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "1"}


#: What Keras runs on, whatever an old keras.json or the environment names: all here is of
#: TensorFlow.
BACKEND = "tensorflow"

#: Bytes of address space that TensorFlow and a training take.
ADDRESS_SPACE = 3 * 10**9


def import_tensorflow() -> None:
    """Imports TensorFlow without its start-up notes, unless the user's log level asks for them.

    TF_CPP_MIN_LOG_LEVEL alone no longer silences those that the library writes as it is loaded
    (tensorflow/tensorflow#100442), so stderr is redirected meanwhile.

    Raises:
      MemoryError: the process may not use as much address space as TensorFlow takes.
    """
    check_address_space()
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ["KERAS_BACKEND"] = BACKEND
    with _without_collector():
        if os.environ["TF_CPP_MIN_LOG_LEVEL"] == ENVIRONMENT["TF_CPP_MIN_LOG_LEVEL"]:
            import_silently()
        else:
            importlib.import_module("tensorflow")


def check_address_space() -> None:
    """Checks that TensorFlow can start: with less, it fails in many ways; some end the process.

    Raises:
      MemoryError: the process may not use as much address space as TensorFlow takes.
    """
    if resource is None:
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < ADDRESS_SPACE:
        raise MemoryError(
            f"TensorFlow takes {ADDRESS_SPACE / 1e9:.1f} GB of address space, and this process may "
            f"use {limit / 1e9:.1f} GB (ulimit -v)"
        )


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """What an import makes stays, and looking for garbage in it takes a sixth of the time.

    Nor is it looked for later, which takes 0.4 s the first time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def import_silently() -> None:
    """Imports TensorFlow without a word, whatever the log level; sets no environment variable."""
    with open(os.devnull, "w") as nowhere, redirected(2, nowhere):
        import tensorflow

    # This program uses deprecated names on purpose.
    tensorflow.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Has TensorFlow log nothing in the block: this program uses deprecated names on purpose."""
    import tensorflow

    logger = tensorflow.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)
