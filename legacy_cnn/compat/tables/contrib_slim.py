"""`tensorflow.contrib.slim`: layers, and all around them."""

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import contrib_layers

TABLE = Table("tensorflow.contrib.slim", real="tf_slim")

# What tf_slim has not of `tf.contrib.layers`, whose names slim had, too.
TABLE.names(
    {
        name: f"=tensorflow.contrib.layers.{name}"
        for name, row in contrib_layers.TABLE.rows.items()
        if row.serves is not None and not row.until
    }
)
# One collection of losses is there under both names.
TABLE.names({"losses": "=tensorflow.contrib.losses", "metrics": "=tensorflow.contrib.metrics"})
