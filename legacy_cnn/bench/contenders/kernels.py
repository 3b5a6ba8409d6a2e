"""The graph's kernels one after another, each alone on all threads, and nothing between them.

TensorFlow says in a step's `RunMetadata` when each kernel began and ended. With one thread between
operations, no two run at once.
"""

import collections
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import feeding, mnist, tutorial, vocabulary
from legacy_cnn.bench.contenders.loop import AfterStep, Loop
from legacy_cnn.bench.contenders.sets import BATCH
from legacy_cnn.settings import Settings
from legacy_cnn.threads import available_cores

#: What there is in a trace besides the graph's operations.
FED = "feed and fetch"

#: Operations whose output is their input, or no data.
MOVE_NOTHING = {
    FED, "ReadVariableOp", "VarHandleOp", "Reshape", "ExpandDims", "Const", "_Arg", "_Retval",
    "NoOp", "Shape",
}  # fmt: skip

#: Adam reads and writes a parameter and its two moments; the gradient is an input.
ADAM_PASSES = 6


class Kernels(Loop):
    """A step of training, timed kernel by kernel."""

    def __init__(self) -> None:
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph()
        config = tf.ConfigProto(
            intra_op_parallelism_threads=available_cores(), inter_op_parallelism_threads=1
        )
        self._session = tf.Session(graph=graph, config=config)
        self._session.run(self._ends.init)
        #: Operation's type -> seconds of each step; bytes of a step.
        self._seconds: dict[str, list[float]] = collections.defaultdict(list)
        self._bytes = 0

    def train(self, after_step: AfterStep) -> None:
        settings = Settings()
        images, labels = feeding.training_set(mnist.load(), settings)
        for batch in feeding.batches(images, labels, settings):
            after_step(self._step(batch, settings.keep_prob))

    def _step(self, batch: feeding.Batch, keep_prob: float) -> float:
        """Takes a step; returns the seconds of its kernels."""
        ends, metadata = self._ends, tf.RunMetadata()
        feed = {
            ends.x: batch.images,
            ends.y: batch.labels,
            ends.keep_prob: keep_prob,
            f"{vocabulary.DROPOUT_NOISE}:0": batch.noise,
        }
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, output_partition_graphs=True)
        fetches = [ends.optimizer, ends.cost, ends.correct]
        self._session.run(fetches, feed, options=options, run_metadata=metadata)
        nodes = {node.name: node for graph in metadata.partition_graphs for node in graph.node}
        kernels = [stats for device in metadata.step_stats.dev_stats for stats in device.node_stats]
        by_type: dict[str, float] = collections.defaultdict(float)
        for stats in kernels:
            seconds = (stats.op_end_rel_nanos - stats.op_start_rel_nanos) / 1e9
            by_type[_type(stats, nodes)] += seconds
        for kind, seconds in by_type.items():
            self._seconds[kind].append(seconds)
        self._bytes = _bytes_moved(kernels, nodes)
        return sum(by_type.values())

    def details(self) -> dict[str, Any]:
        """Bytes and floating-point operations of a step, and the seconds of it by operation."""
        medians = {kind: float(np.median(seconds)) for kind, seconds in self._seconds.items()}
        return {
            "flop": flop_of_step(BATCH),
            "bytes": self._bytes,
            "operations": dict(sorted(medians.items(), key=lambda item: -item[1])),
        }


def _bytes_moved(kernels: Iterable[Any], nodes: Mapping[str, Any]) -> int:
    """The number of bytes that the kernels read and write.

    Each tensor counts once for each kernel that has it as an input or output, and so do the
    variables that Adam changes through their handles.
    """
    sizes = {
        (stats.node_name, output.slot): _size(output)
        for stats in kernels
        for output in stats.output
    }
    moving = [stats for stats in kernels if _type(stats, nodes) not in MOVE_NOTHING]
    written = sum(_size(output) for stats in moving for output in stats.output)
    read = sum(
        sizes.get((name, int(slot or 0)), 0)
        for stats in moving
        for name, _, slot in (source.partition(":") for source in nodes[stats.node_name].input)
    )
    parameters = sum(int(np.prod(parameter.shape)) for parameter in vocabulary.PARAMETERS.values())
    return written + read + ADAM_PASSES * 4 * parameters


def _size(output: Any) -> int:
    size: int = output.tensor_description.allocation_description.requested_bytes
    return size


def _type(stats: Any, nodes: Mapping[str, Any]) -> str:
    """The type of the operation that statistics are of."""
    return nodes[stats.node_name].op if stats.node_name in nodes else FED


def flop_of_step(images: int) -> int:
    """Floating-point operations of a training step's products; the rest is below half a percent.

    A product with a parameter takes a multiplication and an addition for each of its elements at
    each place; and as many again for the gradient with respect to the parameter, and to the input,
    which the first layer needs none of.
    """
    places = {"W_conv1": 28 * 28, "W_conv2": 14 * 14, "W_fc": 1, "out_W": 1}
    passes = {"W_conv1": 2, "W_conv2": 3, "W_fc": 3, "out_W": 3}
    return sum(
        2 * images * places[name] * int(np.prod(vocabulary.PARAMETERS[name].shape)) * passes[name]
        for name in places
    )
