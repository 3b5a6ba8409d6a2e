"""`tensorflow.train`."""

import os
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.checkpoints import looking, reading
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

TABLE.value("checkpoint_exists", looking(tf.train.checkpoint_exists))
for _name in (
    "NewCheckpointReader",
    "init_from_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
):
    TABLE.value(_name, reading(getattr(tf.train, _name)))


@TABLE.serves()
def import_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, import_scope: Any = None, **keywords: Any
) -> Any:
    """Adds the graph of a file, whose name comes first if it is not there."""
    is_path = isinstance(meta_graph_or_file, str)
    if is_path and "://" not in meta_graph_or_file and not os.path.exists(meta_graph_or_file):
        raise OSError(f"File {meta_graph_or_file} does not exist.")
    return tf.train.import_meta_graph(meta_graph_or_file, clear_devices, import_scope, **keywords)


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
