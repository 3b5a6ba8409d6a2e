"""`tensorflow.examples.tutorials.mnist`: the package of the MNIST tutorials."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.examples.tutorials.mnist")
