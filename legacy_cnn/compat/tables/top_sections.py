"""Modules that list functions of `tensorflow` once more, such as `tensorflow.math`.

They have no rows. They are faces so that what a program calls in them is counted; see `op_seeds`.
"""

from legacy_cnn.compat.rows import Table

DEBUGGING = Table("tensorflow.debugging", real="tf.debugging")
DISTRIBUTIONS = Table("tensorflow.distributions", real="tf.distributions")
FEATURE_COLUMN = Table("tensorflow.feature_column", real="tf.feature_column")
LINALG = Table("tensorflow.linalg", real="tf.linalg")
MATH = Table("tensorflow.math", real="tf.math")
RANDOM = Table("tensorflow.random", real="tf.random")
SPARSE = Table("tensorflow.sparse", real="tf.sparse")
