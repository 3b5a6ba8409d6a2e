"""`tensorflow.estimator`: what the package tensorflow_estimator has of it."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.estimator", real="tensorflow_estimator.estimator")
TABLE.gone(
    "BoostedTreesClassifier",
    "BoostedTreesEstimator",
    "BoostedTreesRegressor",
    note="its kernels are not in TensorFlow 2; use the package tensorflow_decision_forests",
)

INPUTS = Table("tensorflow.estimator.inputs", real="tensorflow_estimator.estimator.inputs")
EXPORT = Table("tensorflow.estimator.export", real="tensorflow_estimator.estimator.export")
EXPERIMENTAL = Table(
    "tensorflow.estimator.experimental", real="tensorflow_estimator.estimator.experimental"
)
