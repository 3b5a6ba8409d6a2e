"""Where Estimators were, and what tensorflow_estimator sees of TensorFlow."""

from collections.abc import Mapping

#: Old module -> the file that has its rows, for a program.
FILES: Mapping[str, str] = {
    "tensorflow.contrib.estimator": "contrib_estimator",
    "tensorflow.estimator": "estimator",
    "tensorflow.estimator.experimental": "estimator.EXPERIMENTAL",
    "tensorflow.estimator.export": "estimator.EXPORT",
    "tensorflow.estimator.inputs": "estimator.INPUTS",
    "tensorflow.python.estimator": "estimator",
    "tensorflow.python.estimator.estimator": "estimator",
    "tensorflow.python.estimator.inputs": "estimator.INPUTS",
    "tensorflow.python.estimator.run_config": "estimator",
}
#: The same for tensorflow_estimator.
PACKAGE_FILES: Mapping[str, str] = {
    "tensorflow": "estimator_names.TOP",
    "tensorflow.compat.v1": "estimator_names.V1",
    "tensorflow.compat.v2": "estimator_names.V2",
    "tensorflow.python.distribute.estimator_training": "estimator_names.TRAINING",
    "tensorflow.python.tpu.session_support": "estimator_names.SESSIONS",
    "tensorflow.python.tpu.tpu_embedding": "estimator_names.EMBEDDING",
    "tensorflow.python.tpu.tpu_embedding_gradient": "estimator_names.GRADIENT",
    "tensorflow.python.util.tf_export": "estimator_names.EXPORTS",
}
