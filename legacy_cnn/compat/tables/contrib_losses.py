"""`tensorflow.contrib.losses`."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.losses", real="tf_slim.losses")
