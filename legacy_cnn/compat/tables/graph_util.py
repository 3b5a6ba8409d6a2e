"""`tensorflow.graph_util`."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.graph_util", real="tensorflow.compat.v1.graph_util")

TABLE.gone("set_cpu0", note='use tf.device("/cpu:0")')
