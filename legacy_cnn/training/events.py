"""TensorBoard's event files: the graph, the loss of every step, the accuracies of every epoch."""

from os import PathLike
from typing import Self

import tensorflow.compat.v1 as tf

from legacy_cnn import files


class Events:
    """Writes scalars for TensorBoard; a context manager, so that nothing stays in a buffer."""

    def __init__(self, directory: str | PathLike[str], graph: tf.Graph | None, done: int) -> None:
        """Opens a new event file.

        Args:
          directory: where the files go; those of an earlier part of the run may be there.
          graph: the program's; None where it has none.
          done: steps of the run that are done.
        """
        with tf.Graph().as_default():  # a FileWriter works in a graph only
            self._writer = tf.summary.FileWriter(files.in_utf8(directory), None if done else graph)
        # Makes TensorBoard drop what a killed run had written beyond its last checkpoint.
        start = tf.SessionLog(status=tf.SessionLog.START)
        self._writer.add_session_log(start, global_step=done + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.close()

    def scalars(self, step: int, **values: float) -> None:
        """Records each of `values` under its name at `step`."""
        points = [tf.Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
        self._writer.add_summary(tf.Summary(value=points), step)
