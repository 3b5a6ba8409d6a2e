"""`tensorflow.contrib.tensorboard.plugins.projector`: TensorBoard has it."""

from legacy_cnn.compat.rows import Table

_HERE = "tensorboard.plugins.projector"

TABLE = Table("tensorflow.contrib.tensorboard.plugins.projector", real=_HERE)

TABLE.names({"PROJECTOR_FILENAME": f"{_HERE}.metadata.PROJECTOR_FILENAME"}, until="1.0")
