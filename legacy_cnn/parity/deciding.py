"""Which variables decide how parameters are updated, in the same step or in a later one."""

from collections.abc import Collection, Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import Paths

#: Operations that take a variable and do not change it.
READING = ("ReadVariableOp", "VarIsInitializedOp", "VariableShape", "ResourceGather",
           "ResourceGatherNd", "Identity", "Gather", "GatherV2")  # fmt: skip


def deciding(
    graph: tf.Graph,
    operations: Iterable[tf.Operation],
    variables: Collection[str],
    trained: Iterable[str],
) -> set[str]:
    """The variables that updates of trained ones are computed from, these included.

    Args:
      graph: of a training step.
      operations: all that a step runs.
      variables: the names of all variables.
      trained: those that are trained.
    """
    paths, names = Paths(graph), set(trained)
    changing = [op for op in operations if op.type not in READING]
    while True:
        updating = [op for op in changing if any(t.op.name in names for t in op.inputs)]
        found = names | (paths.before(updating) & set(variables))
        if found == names:
            return names
        names = found
