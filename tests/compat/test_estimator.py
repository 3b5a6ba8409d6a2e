"""`tensorflow.estimator` and `tensorflow.contrib.estimator`; see `recorded/estimators.py`."""

import functools

import numpy as np
import pytest

from legacy_cnn import compat
from legacy_cnn.compat import notes
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


def test_pandas_input_fn(old):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    features, labels = old.estimator.inputs.pandas_input_fn(
        frame, pandas.Series([0, 1]), batch_size=2, shuffle=False
    )()
    assert sorted(features) == ["a", "b"] and labels.dtype == old.int64


def test_boosted_trees_are_gone(old):
    for name in ("BoostedTreesClassifier", "BoostedTreesRegressor", "BoostedTreesEstimator"):
        with pytest.raises(AttributeError, match=name):
            getattr(old.estimator, name)
    assert not hasattr(old.contrib.estimator, "boosted_trees_classifier_train_in_memory")
    assert not hasattr(old.contrib.estimator, "boosted_trees_regressor_train_in_memory")


@pytest.mark.parametrize(
    "name, options",
    [
        ("binary_classification_head", {}),
        ("logistic_regression_head", {}),
        ("multi_class_head", {"n_classes": 3}),
        ("multi_label_head", {"n_classes": 3}),
        ("poisson_regression_head", {}),
        ("regression_head", {"label_dimension": 2}),
    ],
)
def test_heads(old, name, options):
    head = getattr(old.contrib.estimator, name)(**options)
    size = {"n_classes": 3, "label_dimension": 2}.get(next(iter(options), ""), 1)
    expected = options.get("n_classes", size)
    assert head.logits_dimension == expected
    both = old.contrib.estimator.multi_head(
        [old.contrib.estimator.regression_head(name=each) for each in "ab"]
    )
    assert both.logits_dimension == 2


@pytest.mark.parametrize("name", ["DNNEstimator", "LinearEstimator", "DNNLinearCombinedEstimator"])
def test_estimators_with_a_head(old, name):
    assert getattr(old.contrib.estimator, name) is getattr(old.estimator, name)


@pytest.mark.parametrize(
    "name",
    [
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
    ],
)
def test_what_became_public(old, name):
    assert getattr(old.contrib.estimator, name) is getattr(old.estimator.experimental, name)


def test_add_metrics(old, tmp_path):
    inputs = {"x": np.zeros([4, 1], np.float32)}
    given = old.estimator.inputs.numpy_input_fn(
        inputs, np.ones(4, np.float32), num_epochs=1, shuffle=False
    )
    columns = [old.feature_column.numeric_column("x")]
    model = old.estimator.LinearRegressor(columns, model_dir=str(tmp_path))
    model = old.contrib.estimator.add_metrics(
        model, lambda labels: {"largest": old.metrics.mean(labels)}
    )
    model.train(given, steps=1)
    assert model.evaluate(given)["largest"] == 1.0


@pytest.mark.parametrize(
    "module, names",
    [
        (
            "tpu.tpu_embedding",
            "AdagradParameters AdamParameters FtrlParameters MomentumParameters "
            "ProximalAdagradParameters RMSPropParameters StochasticGradientDescentParameters",
        ),
        ("util.tf_export", "api_export get_v1_names"),
    ],
)
def test_what_the_package_imports_is_there(old, module, names):
    found = faces("tensorflow_estimator").imported(f"tensorflow.python.{module}")
    assert all(
        isinstance(getattr(found, each), type) or callable(getattr(found, each))
        for each in names.split()
    )


def test_the_package_exports_nothing(old):
    exports = faces("tensorflow_estimator").imported("tensorflow.python.util.tf_export")
    assert exports.ESTIMATOR_API_NAME == "estimator"
    export = exports.api_export("estimator.name", api_name="estimator", v1=["name"])
    assert export(test_heads) is test_heads and export.export_constant("module", "name") is None


def test_nothing_runs_in_a_coordinator(old):
    training = faces("tensorflow_estimator").imported(
        "tensorflow.python.distribute.estimator_training"
    )
    config = old.estimator.RunConfig()
    training.init_run_config(config, {})
    assert config._distribute_coordinator_mode is None
    assert training.should_run_distribute_coordinator(config) is False


def test_the_package_sees_keras_2(old):
    import tf_keras

    tensorflow = faces("tensorflow_estimator").imported("tensorflow")
    assert tensorflow.keras is tf_keras and tensorflow.compat.v2.keras is tf_keras
    assert tensorflow.compat.v1.keras.layers.DenseFeatures is not None
    assert tensorflow.compat.v1.layers.Dense is not None


#: Seeds at the beginning and the end of `model_fn`, and where hooks begin; printed by 1.15.5.
SEEDS_OF_1_15 = {
    "arrays": [37, 149, 157],
    "elements": [29, 141, 149],
    "data_set": [33, 145, 153],
}


@pytest.mark.parametrize("kind, seeds", SEEDS_OF_1_15.items())
def test_random_operations_have_the_seeds_of_1_15(kind, seeds, tmp_path):
    found = []
    notes.clear()
    with compat.installed(release="1.15.5"):
        tf = faces("program").imported("tensorflow")

        def note_seed():
            before = len(tf.get_default_graph().get_operations())
            tf.random_normal([2])
            new = tf.get_default_graph().get_operations()[before:]
            found.extend(each.get_attr("seed2") for each in new if "seed2" in each.node_def.attr)

        def model_fn(features, labels, mode):
            note_seed()
            logits = tf.layers.dense(features["x"], 2)
            loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
            step = tf.train.GradientDescentOptimizer(0.1).minimize(
                loss, global_step=tf.train.get_global_step()
            )
            note_seed()
            return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=step)

        class Hook(tf.train.SessionRunHook):
            def begin(self):
                note_seed()

        config = tf.estimator.RunConfig(tf_random_seed=1)
        trained = tf.estimator.Estimator(model_fn, str(tmp_path), config)
        trained.train(functools.partial(fed, tf, kind), steps=1, hooks=[Hook()])
    assert found == seeds
    assert not [each for each in notes.collected() if each.startswith("op seeds")]


def fed(tf, kind):
    """Images and labels as an input function hands them over."""
    x, y = np.zeros([16, 4], np.float32), np.zeros([16], np.int64)
    if kind == "arrays":
        return tf.estimator.inputs.numpy_input_fn({"x": x}, y, batch_size=8, shuffle=True)()
    data = tf.data.Dataset.from_tensor_slices(({"x": x}, y)).repeat().batch(8)
    return data if kind == "data_set" else data.make_one_shot_iterator().get_next()
