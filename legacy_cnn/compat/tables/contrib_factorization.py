"""`tensorflow.contrib.factorization`: k-means, whose kernels TensorFlow still has."""

from legacy_cnn.compat import private
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.factorization", note="scikit-learn has it")

_CLUSTERING = private.module("k-means")
for _name in (
    "COSINE_DISTANCE",
    "KMEANS_PLUS_PLUS_INIT",
    "KMeans",
    "RANDOM_INIT",
    "SQUARED_EUCLIDEAN_DISTANCE",
):
    TABLE.value(_name, getattr(_CLUSTERING, _name))
