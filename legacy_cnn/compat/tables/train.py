"""`tensorflow.train`."""

import tensorflow.compat.v1 as tf

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


@TABLE.serves()
class Server(tf.train.Server):
    """A server in this process; the job of a local one is called `local`."""

    @staticmethod
    def create_local_server(
        config: tf.ConfigProto | None = None, start: bool = True
    ) -> tf.train.Server:
        """A cluster of one process, this one."""
        cluster = {"local": ["localhost:0"]}
        return Server(cluster, protocol="grpc", config=config, start=start)
