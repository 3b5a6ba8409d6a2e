"""`tensorflow.losses`."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.losses", real="tensorflow.compat.v1.losses")
