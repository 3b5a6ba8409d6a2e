"""`tensorflow.contrib.learn`."""

from typing import Any

from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.learn import (
    combined,
    estimator,
    heads,
    metric_spec,
    model_fn,
    ready,
    running,
)
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.learn", note="tf.estimator took its place")

for _module, _names in {
    estimator: (
        "BaseEstimator",
        "Estimator",
        "SKCompat",
        "infer_real_valued_columns_from_input",
        "infer_real_valued_columns_from_input_fn",
    ),
    combined: ("DNNLinearCombinedClassifier", "DNNLinearCombinedRegressor"),
    heads: ("MetricKey", "PredictionKey"),
    metric_spec: ("MetricSpec",),
    model_fn: ("ModeKeys", "ModelFnOps"),
    ready: ("DNNClassifier", "DNNRegressor", "LinearClassifier", "LinearRegressor"),
    running: ("Experiment",),
}.items():
    for _name in _names:
        TABLE.value(_name, getattr(_module, _name))
TABLE.names({"RunConfig": "=tensorflow.estimator.RunConfig"})
TABLE.gone("KMeansClustering", note="use tf.estimator.experimental.KMeans")
TABLE.gone("SVM", "LogisticRegressor", "DynamicRnnEstimator", note="use scikit-learn")

IO = Table("tensorflow.contrib.learn.io")


@IO.serves()
def numpy_input_fn(x: Any, y: Any = None, *arguments: Any, **keywords: Any) -> Any:
    """That of `tf.estimator.inputs`, but it shuffles if nothing is said."""
    inputs = faces("program").imported("tensorflow.estimator.inputs")
    return inputs.numpy_input_fn(x, y, *arguments, **_shuffled(arguments, keywords))


@IO.serves()
def pandas_input_fn(x: Any, y: Any = None, *arguments: Any, **keywords: Any) -> Any:
    """That of `tf.estimator.inputs`, but it shuffles if nothing is said."""
    inputs = faces("program").imported("tensorflow.estimator.inputs")
    return inputs.pandas_input_fn(x, y, *arguments, **_shuffled(arguments, keywords))


def _shuffled(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords with `shuffle`, the third after x and y: batch_size, num_epochs, shuffle."""
    return keywords if len(arguments) > 2 else {"shuffle": True, **keywords}


for _row in IO.rows.values():
    TABLE.rows[_row.name.rpartition(".")[2]] = _row

MONITORS = Table("tensorflow.contrib.learn.monitors", note="use the hooks of tf.train")
MONITORS.value("ValidationMonitor", running.ValidationMonitor)
MONITORS.names(
    {
        "NanLossDuringTrainingError": "tf.train.NanLossDuringTrainingError",
        "PrintTensor": "tf.train.LoggingTensorHook",
    }
)

RUNNER = Table("tensorflow.contrib.learn.learn_runner")
RUNNER.value("run", running.run)

#: What moved to tf.train in 1.0.
HOOKS = Table("tensorflow.contrib.learn.basic_session_run_hooks", real="tensorflow.compat.v1.train")
