"""`tensorflow.examples.tutorials.mnist.input_data`: the loader."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.examples.tutorials.mnist.input_data", real="legacy_cnn.input_data")
