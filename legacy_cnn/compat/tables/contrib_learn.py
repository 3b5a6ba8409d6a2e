"""`tensorflow.contrib.learn`."""

from legacy_cnn.compat.learn import estimator, heads, metric_spec, model_fn, ready, running
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
    heads: ("MetricKey", "PredictionKey"),
    metric_spec: ("MetricSpec",),
    model_fn: ("ModeKeys", "ModelFnOps"),
    ready: ("DNNClassifier", "DNNRegressor", "LinearClassifier", "LinearRegressor"),
    running: ("Experiment",),
}.items():
    for _name in _names:
        TABLE.value(_name, getattr(_module, _name))
TABLE.names({"RunConfig": "=tensorflow.estimator.RunConfig"})
TABLE.gone(
    "DNNLinearCombinedClassifier",
    "DNNLinearCombinedRegressor",
    note="use that of tf.estimator",
)
TABLE.gone("KMeansClustering", note="use tf.estimator.experimental.KMeans")
TABLE.gone("SVM", "LogisticRegressor", "DynamicRnnEstimator", note="use scikit-learn")

IO = Table("tensorflow.contrib.learn.io")
for _table in (TABLE, IO):
    _table.names(
        {
            name: f"=tensorflow.estimator.inputs.{name}"
            for name in ("numpy_input_fn", "pandas_input_fn")
        }
    )

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
