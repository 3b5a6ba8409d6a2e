"""`tensorflow.contrib.metrics`: those that stream over batches, and of sets."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.metrics", real="tf_slim.metrics")

TABLE.names(
    {
        "confusion_matrix": "tf.confusion_matrix",
        "set_difference": "tf.sets.set_difference",
        "set_intersection": "tf.sets.set_intersection",
        "set_size": "tf.sets.set_size",
        "set_union": "tf.sets.set_union",
    }
)
