"""`tensorflow.contrib.losses.metric_learning`: losses of embeddings, such as triplets'."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.losses.metric_learning", real="tf_slim.losses.metric_learning")
