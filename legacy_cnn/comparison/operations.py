"""How many operations a step of training has, and how many of them Python hands over one by one."""

import tempfile
import time
from pathlib import Path

import tensorflow as tf

from legacy_cnn import tutorial, vocabulary
from legacy_cnn.ports import eager, keras

SCALAR = tf.TensorSpec([], tf.float32)


def traced(dialect, batch_size):
    """Builds or traces the graph of a step anew.

    Args:
      dialect: one of `settings.IMPLEMENTATIONS`.
      batch_size: images a step.

    Returns:
      Seconds that it took, and how many operations it has; (None, None) for eager, which has none.
    """
    images = tf.TensorSpec([batch_size, 784], tf.float32)
    labels = tf.TensorSpec([batch_size, tutorial.n_classes], tf.float32)
    noise = tf.TensorSpec([batch_size, vocabulary.DROPOUT_UNITS], tf.float32)
    if dialect == "eager":
        return None, None
    if dialect == "graph":
        return _timed(_built)
    if dialect == "function":
        step = eager.Program(function=True).step
        return _timed(lambda: _concrete(step, images, labels, SCALAR, noise))
    step = tf.function(keras.build_model(noise=True).train_step)
    return _timed(lambda: _concrete(step, ({"x": images, "noise": noise}, labels)))


def _timed(operations):
    started = time.perf_counter()
    count = operations()
    return time.perf_counter() - started, count


def _built():
    """Of the tutorial's graph, as much as the fetches of a step need."""
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
    fetched = [ends.optimizer.name, ends.cost.op.name, ends.correct.op.name]
    needed = tf.compat.v1.graph_util.extract_sub_graph(graph.as_graph_def(), fetched)
    return len(needed.node)


def _concrete(function, *specs):
    return len(function.get_concrete_function(*specs).graph.get_operations())


def handed_over(dialect, step):
    """How many operations Python hands to TensorFlow in a step; a whole function counts as one.

    Args:
      dialect: one of `settings.IMPLEMENTATIONS`.
      step: called for a step.
    """
    if dialect == "graph":
        step()
        return 1  # that is what `Session.run` is
    with tempfile.TemporaryDirectory() as directory:
        # TensorFlow's debugger writes a record for everything that is executed from Python.
        tf.debugging.experimental.enable_dump_debug_info(directory, circular_buffer_size=-1)
        try:
            step()
        finally:
            tf.debugging.experimental.disable_dump_debug_info()
        (records,) = Path(directory).glob("*.execution")
        return sum(1 for _ in tf.data.TFRecordDataset(str(records)))
