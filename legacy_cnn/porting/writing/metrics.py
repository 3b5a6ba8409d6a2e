"""The accuracy that a script computes, as a metric of Keras."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.losses import Loss
from legacy_cnn.porting.writing.running.arrays import fed, of_steps
from legacy_cnn.porting.writing.running.script import Script


def accuracy_of(reading: Reading, origins: Origins, loss: Loss) -> str:
    """What `compile` takes as a metric: '"accuracy"'; "" where the script computes none.

    Args:
      reading: of the graph.
      origins: of its operations.
      loss: what the port is trained by.
    """
    side = reading.side
    if len(side.targets) != 1 or len(reading.ends) != 1:
        return ""
    script = Script.of(side, origins)
    if not _has_accuracy(side.graph) and not any(map(script.mentions, ("accura", "argmax"))):
        return ""
    classes = reading.ends[0].shape[-1] if reading.ends[0].shape.rank else None
    labels = of_steps(fed(side), side.targets[0].name) if fed(side) else None
    if classes is None or reading.ends[0].shape.rank != 2:
        return ""
    if classes > 1:
        is_of_classes = labels is None or labels.ndim == 1 or _is_one_hot(labels)
        return '"accuracy"' if is_of_classes and "rossentropy" in _kind(reading, loss) else ""
    if labels is None or not set(map(float, labels.ravel()[:1000])) <= {0.0, 1.0}:
        return ""
    threshold = ", threshold=0.0" if "from_logits=True" in loss.text else ""
    return f'keras.metrics.BinaryAccuracy("accuracy"{threshold})'


def _kind(reading: Reading, loss: Loss) -> str:
    """The loss of Keras, or "crossentropy" for one that is written out with a logarithm."""
    if loss.function is None:
        return loss.text
    before = reading.paths.before([reading.side.loss.op]) if reading.side.loss is not None else []
    types = {reading.side.graph.get_operation_by_name(name).type for name in before}
    logarithms = {"Log", "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"}
    return "crossentropy" if types & logarithms else ""


def _is_one_hot(labels: object) -> bool:
    import numpy as np

    rows = np.asarray(labels)
    return rows.ndim == 2 and bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())


def _has_accuracy(graph: tf.Graph) -> bool:
    """Whether a graph compares the largest outputs with the labels."""
    return any(
        op.type.startswith("InTopK")
        or (op.type == "Equal" and any(source(one).type == "ArgMax" for one in op.inputs))
        for op in graph.get_operations()
    )
