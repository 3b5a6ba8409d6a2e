"""TensorBoard's event files: the graph, the loss of every step, the accuracies of every epoch."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any, Self

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import operation_failure

#: Seconds between two times that events are put on the disk.
INTERVAL = 60


class Events:
    """Writes scalars for TensorBoard; a context manager, so that nothing stays in a buffer.

    `tf.summary.FileWriter` writes in a thread of its own, where nobody catches the error of a full
    disk.
    """

    def __init__(self, directory: str | PathLike[str], graph: tf.Graph | None, done: int) -> None:
        """Opens a new event file.

        Args:
          directory: where the files go; those of an earlier part of the run may be there.
          graph: the program's; None where it has none.
          done: steps of the run that are done.

        Raises:
          OSError: the file cannot be written, or the disk is full; also of the other methods.
        """
        Path(directory).mkdir(parents=True, exist_ok=True)
        # As TensorFlow names them, and different for each process.
        name = f"events.out.tfevents.{int(time.time()):010}.{socket.gethostname()}.{os.getpid()}"
        self._path, self._flushed = Path(directory) / name, time.monotonic()
        with self._named():
            self._writer = tf.io.TFRecordWriter(os.fsencode(self._path))
        self._add(file_version="brain.Event:2")
        if graph is not None and not done:
            self._add(graph_def=graph.as_graph_def(add_shapes=True).SerializeToString())
        # Makes TensorBoard drop what a killed run had written beyond its last checkpoint.
        start = tf.SessionLog(status=tf.SessionLog.START)
        self._add(step=done + 1, session_log=start)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._named():
            self._writer.close()

    def scalars(self, step: int, **values: float) -> None:
        """Records each of `values` under its name at `step`."""
        points = [tf.Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
        self._add(step=step, summary=tf.Summary(value=points))

    def _add(self, **content: Any) -> None:
        event = tf.Event(wall_time=time.time(), **content)
        with self._named():
            self._writer.write(event.SerializeToString())
            if time.monotonic() - self._flushed > INTERVAL:
                self._flushed = time.monotonic()
                self._writer.flush()

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Raises OSError with the file's name for what TensorFlow raises about it."""
        try:
            yield
        except (tf.errors.OpError, RuntimeError) as error:
            reason = f"events cannot be written ({operation_failure(error)})"
            raise OSError(None, reason, str(self._path.parent)) from error
