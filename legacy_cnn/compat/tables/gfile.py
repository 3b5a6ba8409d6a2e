"""`tensorflow.gfile`."""

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.checkpoints import looking
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.gfile", real="tensorflow.compat.v1.gfile")

TABLE.value("Glob", looking(tf.gfile.Glob), note="NotFoundError without the folder")
