"""`tensorflow.contrib.estimator`: what became public, under today's names."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.estimator", note="tf.estimator has what became public of it")

_ESTIMATOR = "=tensorflow.estimator"
TABLE.names(
    {
        "add_metrics": f"{_ESTIMATOR}.add_metrics",
        "binary_classification_head": f"{_ESTIMATOR}.BinaryClassHead",
        "logistic_regression_head": f"{_ESTIMATOR}.LogisticRegressionHead",
        "multi_class_head": f"{_ESTIMATOR}.MultiClassHead",
        "multi_head": f"{_ESTIMATOR}.MultiHead",
        "multi_label_head": f"{_ESTIMATOR}.MultiLabelHead",
        "poisson_regression_head": f"{_ESTIMATOR}.PoissonRegressionHead",
        "regression_head": f"{_ESTIMATOR}.RegressionHead",
        "DNNEstimator": f"{_ESTIMATOR}.DNNEstimator",
        "DNNLinearCombinedEstimator": f"{_ESTIMATOR}.DNNLinearCombinedEstimator",
        "LinearEstimator": f"{_ESTIMATOR}.LinearEstimator",
    }
)
TABLE.names(
    {
        name: f"{_ESTIMATOR}.experimental.{name}"
        for name in (
            "InMemoryEvaluatorHook",
            "build_raw_supervised_input_receiver_fn",
            "call_logit_fn",
            "dnn_logit_fn_builder",
            "linear_logit_fn_builder",
            "make_early_stopping_hook",
            "make_stop_at_checkpoint_step_hook",
            "stop_if_higher_hook",
            "stop_if_lower_hook",
            "stop_if_no_decrease_hook",
            "stop_if_no_increase_hook",
        )
    }
)
TABLE.gone(
    "boosted_trees_classifier_train_in_memory",
    "boosted_trees_regressor_train_in_memory",
    note="its kernels are not in TensorFlow 2; use the package tensorflow_decision_forests",
)
