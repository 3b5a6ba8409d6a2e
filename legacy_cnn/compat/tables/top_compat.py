"""`tensorflow.compat`: what it has today, but for `v1`, which is what this package serves."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.compat", real="tensorflow.compat.v1.compat")

TABLE.names({"v1": "=tensorflow"})
