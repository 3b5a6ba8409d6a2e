"""`tensorflow.contrib.tensorboard.plugins.projector`: TensorBoard has it."""

from legacy_cnn.compat.rows import Table

TABLE = Table(
    "tensorflow.contrib.tensorboard.plugins.projector", real="tensorboard.plugins.projector"
)
