"""`tensorflow.metrics`."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.metrics", real="tensorflow.compat.v1.metrics")
