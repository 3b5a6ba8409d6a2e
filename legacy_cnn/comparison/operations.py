"""How many operations a training step has, and how many calls Python makes to run them."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from legacy_cnn.programs.program import Program


def traced(program: Program, batch_size: int) -> tuple[float | None, int | None]:
    """Builds or traces the graph of a step again.

    Returns:
      The seconds it took, and the number of operations; (None, None) for a program without graph.
    """
    started = time.perf_counter()
    count = program.retrace(batch_size)
    return (None if count is None else time.perf_counter() - started), count


def handed_over(program: Program, step: Callable[[], object]) -> int:
    """Counts the calls from Python to TensorFlow in a step; a whole function is one call."""
    if program.graph is not None:
        step()
        return 1  # `Session.run` is one call
    return executed(step)


def executed(step: Callable[[], object]) -> int:
    """Counts what is executed from Python, outside of sessions."""
    with tempfile.TemporaryDirectory() as directory:
        # TensorFlow's debugger writes a record for everything that is executed from Python.
        tf.debugging.experimental.enable_dump_debug_info(directory, circular_buffer_size=-1)
        try:
            step()
        finally:
            tf.debugging.experimental.disable_dump_debug_info()
        (records,) = Path(directory).glob("*.execution")
        return sum(1 for _ in tf.data.TFRecordDataset(str(records)))
