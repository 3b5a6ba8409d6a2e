"""`tensorflow.contrib`: what became of its parts that have no table of their own."""

from legacy_cnn.compat.rows import Table

TABLE = Table(
    "tensorflow.contrib",
    note="tf.contrib went with TensorFlow 2; this part of it has no counterpart here",
)

TABLE.gone(
    "tensor_forest",
    "boosted_trees",
    "decision_trees",
    note="its kernels are not in TensorFlow 2; use scikit-learn's RandomForestClassifier, "
    "or the package tensorflow_decision_forests",
)
