"""`tensorflow.python.pywrap_tensorflow`: what programs took from the wrapped library itself."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.python.pywrap_tensorflow", real="tensorflow.python.pywrap_tensorflow")

TABLE.names({"NewCheckpointReader": "tf.train.NewCheckpointReader"})
