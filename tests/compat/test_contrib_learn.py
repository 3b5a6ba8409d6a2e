"""`tensorflow.contrib.learn`; see `recorded/learn.py`."""

import pickle

import numpy as np
import pytest

from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.learn import vocabulary

pytestmark = pytest.mark.tensorflow


def imported(name):
    return faces("program").imported(name)


@pytest.mark.parametrize(
    "module, name",
    [
        ("estimators.dnn", "DNNClassifier"),
        ("estimators.dnn", "DNNRegressor"),
        ("estimators.dnn_linear_combined", "DNNLinearCombinedClassifier"),
        ("estimators.dnn_linear_combined", "DNNLinearCombinedRegressor"),
        ("estimators.linear", "LinearClassifier"),
        ("estimators.linear", "LinearRegressor"),
        ("estimators.estimator", "SKCompat"),
        ("estimators.estimator", "BaseEstimator"),
        ("estimators.estimator", "infer_real_valued_columns_from_input_fn"),
        ("estimators.model_fn", "ModeKeys"),
        ("estimators.model_fn", "ModelFnOps"),
        ("estimators.run_config", "RunConfig"),
        ("estimators", "PredictionKey"),
        ("estimators", "MetricKey"),
        ("experiment", "Experiment"),
        ("metric_spec", "MetricSpec"),
    ],
)
def test_other_spellings(old, module, name):
    path = f"tensorflow.contrib.learn.python.learn.{module}"
    assert getattr(imported(path), name) is getattr(old.contrib.learn, name)


def test_inputs(old):
    io = imported("tensorflow.contrib.learn.python.learn.learn_io")
    for name in ("numpy_input_fn", "pandas_input_fn"):
        assert getattr(io, name) is getattr(old.contrib.learn, name)
        assert getattr(old.contrib.learn.io, name) is getattr(io, name)
    x = {"x": np.arange(4.0)}
    with pytest.raises(ValueError, match="shuffle must be provided"):
        old.estimator.inputs.numpy_input_fn(x)
    for made in (io.numpy_input_fn(x), io.numpy_input_fn(x, None, 2, 1, False)):
        assert made()["x"].dtype == old.float64
    assert "RandomShuffleQueueV2" in {each.type for each in operations(old)}
    with pytest.raises(TypeError, match=r"pandas_input_fn should|DataFrame"):
        io.pandas_input_fn(1)


def test_what_is_gone(old):
    learn = old.contrib.learn
    for name in (
        "KMeansClustering",
        "SVM",
        "LogisticRegressor",
        "DynamicRnnEstimator",
    ):
        assert not hasattr(learn, name)
    for name in ("load_boston", "make_dataset"):
        assert not hasattr(learn.datasets, name)
    assert not hasattr(learn.datasets.base, "load_boston")


def test_monitors(old):
    monitors = old.contrib.learn.monitors
    assert monitors.NanLossDuringTrainingError is old.train.NanLossDuringTrainingError
    assert monitors.PrintTensor is old.train.LoggingTensorHook


@pytest.mark.parametrize(
    "module, name",
    [
        ("basic_session_run_hooks", "LoggingTensorHook"),
        ("monitored_session", "MonitoredSession"),
        ("session_run_hook", "SessionRunHook"),
    ],
)
def test_hooks_that_moved(old, module, name):
    path = f"tensorflow.contrib.learn.python.learn.{module}"
    assert getattr(imported(path), name) is getattr(old.train, name)


def test_mode_keys(old):
    keys = old.contrib.learn.ModeKeys
    assert (keys.TRAIN, keys.EVAL, keys.INFER) == ("train", "eval", "infer")
    with pytest.raises(ValueError, match="Invalid mode predict"):
        old.contrib.learn.ModelFnOps("predict")


def test_columns_of_features(old):
    def input_fn():
        return {"a": old.ones([5, 2]), "b": old.ones([5, 1])}, old.zeros([5])

    columns = old.contrib.learn.infer_real_valued_columns_from_input_fn(input_fn)
    assert [(each.name, each.shape) for each in columns] == [("a", (2,)), ("b", (1,))]


def test_a_vocabulary_that_tensorflow_wrote(old, tmp_path):
    preprocessing = old.contrib.learn.preprocessing
    processor = preprocessing.VocabularyProcessor(3)
    list(processor.fit_transform(["one two"]))
    module = "tensorflow.contrib.learn.python.learn.preprocessing"
    text = pickle.dumps(processor, 0).replace(
        b"c" + vocabulary.__name__.encode() + b"\n", f"c{module}.text\n".encode()
    )
    assert module.encode() in text
    (tmp_path / "vocabulary").write_bytes(text)
    again = preprocessing.VocabularyProcessor.restore(str(tmp_path / "vocabulary"))
    assert next(again.transform(["two three one"])).tolist() == [2, 0, 1]
    assert preprocessing.tokenizer is vocabulary.tokenizer
    assert preprocessing.TOKENIZER_RE.findall("don't") == ["don't"]


def test_a_shared_vocabulary(old):
    preprocessing = old.contrib.learn.preprocessing
    processor = preprocessing.CategoricalProcessor(share=True)
    rows = list(processor.fit_transform([["a", "b"], ["b", "c"]]))
    assert np.array(rows).tolist() == [[1, 2], [2, 3]]
    words = preprocessing.CategoricalVocabulary(support_reverse=False)
    with pytest.raises(ValueError, match="support_reverse"):
        words.reverse(0)


def test_data_sets(old, tmp_path):
    base = imported("tensorflow.contrib.learn.python.learn.datasets.base")
    datasets = old.contrib.learn.datasets
    assert datasets.load_iris is base.load_iris and "mnist" in datasets.DATASETS
    with pytest.raises(ValueError, match="Name of dataset is not found: none"):
        datasets.load_dataset("none")
    path = tmp_path / "table.csv"
    path.write_text("1,2.5,3\n4,5,6\n")
    found = base.load_csv_without_header(str(path), np.int32, np.float32, 0)
    assert isinstance(found, base.Dataset) and base.Datasets._fields[0] == "train"
    assert (found.data.tolist(), found.target.tolist()) == ([[2.5, 3], [5, 6]], [1, 4])
    assert base.maybe_download(path.name, str(tmp_path), "http://127.0.0.1:9/") == str(path)


def test_the_datasets_mnist_module_is_the_loader(old):
    loader = imported("tensorflow.examples.tutorials.mnist.input_data")
    assert old.contrib.learn.datasets.mnist.read_data_sets is loader.read_data_sets


def test_predictions_of_a_constant_input_end(old, tmp_path):
    """As in TensorFlow 1: an input without a queue is the same in each run."""
    learn = old.contrib.learn
    points = np.random.RandomState(0).rand(8, 2).astype(np.float32)
    column = old.contrib.layers.real_valued_column("", dimension=2)
    classifier = learn.LinearClassifier([column], model_dir=str(tmp_path))
    classifier.fit(input_fn=lambda: (old.constant(points), old.constant([0, 1] * 4)), steps=1)
    assert len(list(classifier.predict(input_fn=lambda: old.constant(points[:3])))) == 3


def operations(old):
    return old.get_default_graph().get_operations()


def people(old):
    """Features of four people, and their labels."""
    ages, degrees = old.constant([20.0, 30.0, 40.0, 50.0]), ["a", "b", "a", "c"]
    places = [[index, 0] for index in range(4)]
    return {"age": ages, "degree": old.SparseTensor(places, degrees, [4, 1])}, old.constant(
        [0, 1, 1, 0]
    )


@pytest.fixture
def columns(old):
    """Of the linear model, and of the network."""
    layers = old.contrib.layers
    age = layers.real_valued_column("age")
    degree = layers.sparse_column_with_keys("degree", ["a", "b", "c"])
    buckets = layers.bucketized_column(age, [25.0, 45.0])
    return [age, degree, buckets], [age, layers.embedding_column(degree, 2)]


def shapes(model):
    """Name -> shape of the variables that the program names, without those of optimizers."""
    names = [each for each in model.get_variable_names() if "Ftrl" not in each]
    names = [each for each in names if "Adagrad" not in each]
    return {name: model.get_variable_value(name).shape for name in names}


WIDE = {
    "linear/age/weight": (1, 1),
    "linear/age_bucketized/weights": (3, 1),
    "linear/bias_weight": (1,),
    "linear/degree/weights": (3, 1),
}
DEEP = {
    "dnn/hiddenlayer_0/biases": (4,),
    "dnn/hiddenlayer_0/weights": (3, 4),
    "dnn/input_from_feature_columns/degree_embedding/weights": (3, 2),
    "dnn/logits/biases": (1,),
    "dnn/logits/weights": (4, 1),
}


@pytest.mark.slow
def test_wide_and_deep_has_the_variables_of_1_15(old, columns, tmp_path):
    wide, deep = columns
    model = old.contrib.learn.DNNLinearCombinedClassifier(
        str(tmp_path),
        linear_feature_columns=wide,
        dnn_feature_columns=deep,
        dnn_hidden_units=[4],
    )
    model.fit(input_fn=lambda: people(old), steps=4)
    rates = {f"binary_logistic_head/{name}/learning_rate": () for name in ("dnn", "linear")}
    assert shapes(model) == {**WIDE, **DEEP, **rates, "global_step": ()}
    assert model.get_variable_value("global_step") >= 4
    found = model.evaluate(input_fn=lambda: people(old), steps=1)
    assert {"accuracy", "auc", "loss", "labels/actual_label_mean"} < set(found)
    assert len(list(model.predict_classes(input_fn=lambda: people(old)))) == 4
    assert next(model.predict_proba(input_fn=lambda: people(old))).shape == (2,)


@pytest.mark.slow
@pytest.mark.parametrize(("fixed", "counted"), [(False, 2), (True, 1)])
def test_wide_and_deep_counts_two_for_a_step_unless_asked_not_to(
    old, columns, tmp_path, fixed, counted
):
    wide, deep = columns
    steps = []

    class Runs(old.train.SessionRunHook):
        def after_run(self, context, values):
            steps.append(1)

    model = old.contrib.learn.DNNLinearCombinedRegressor(
        str(tmp_path),
        linear_feature_columns=wide,
        dnn_feature_columns=deep,
        dnn_hidden_units=[4],
        fix_global_step_increment_bug=fixed,
    )
    model.fit(input_fn=lambda: people(old), steps=6, monitors=[Runs()])
    assert model.get_variable_value("global_step") == counted * len(steps) >= 6
    assert next(model.predict_scores(input_fn=lambda: people(old))).shape == ()
    assert sorted(model.evaluate(input_fn=lambda: people(old), steps=1)) == [
        "global_step",
        "loss",
    ]


def test_wide_and_deep_needs_columns(old, columns):
    combined = old.contrib.learn.DNNLinearCombinedClassifier
    with pytest.raises(ValueError, match="Either linear_feature_columns or dnn_feature_columns"):
        combined()
    with pytest.raises(ValueError, match="dnn_hidden_units must be defined"):
        combined(dnn_feature_columns=columns[1])
