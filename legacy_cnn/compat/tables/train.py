"""`tensorflow.train`."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.train", real="tensorflow.compat.v1.train")

TABLE.names(
    {
        "SummaryWriter": "tf.summary.FileWriter",
        "SummaryWriterCache": "tf.summary.FileWriterCache",
        "SyncReplicasOptimizerV2": "tf.train.SyncReplicasOptimizer",
    },
    until="0.12",
)
