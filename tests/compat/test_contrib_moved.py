"""Parts of `tensorflow.contrib` that moved, and those that are gone."""

import math

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def _run(old, fetches):
    with old.Session() as session:
        return session.run(fetches)


def test_projector(old, tmp_path):
    projector = old.contrib.tensorboard.plugins.projector
    config = projector.ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name, embedding.metadata_path = "words", "words.tsv"
    embedding.sprite.single_image_dim.extend([28, 28])
    writer = old.summary.FileWriter(str(tmp_path))
    projector.visualize_embeddings(writer, config)
    text = (tmp_path / projector.PROJECTOR_FILENAME).read_text(encoding="utf-8")
    assert 'tensor_name: "words"' in text and "single_image_dim: 28" in text


def test_strategies(old):
    distribute = old.contrib.distribute
    strategy = distribute.MirroredStrategy(num_gpus=2)
    assert isinstance(strategy, distribute.DistributionStrategy)
    for name in (
        "AllReduceCrossDeviceOps",
        "CollectiveAllReduceStrategy",
        "ParameterServerStrategy",
        "TPUStrategy",
    ):
        assert callable(getattr(distribute, name))
    assert not distribute.has_distribution_strategy()
    assert distribute.get_distribution_strategy() is not None
    assert old.contrib.cluster_resolver.SimpleClusterResolver


def test_modules_that_are_elsewhere(old):
    contrib = old.contrib
    assert contrib.hooks.ProfilerHook is old.train.ProfilerHook
    assert contrib.signal.stft is old.signal.stft
    assert contrib.autograph.to_graph is old.autograph.to_graph
    assert contrib.tpu.CrossShardOptimizer
    assert contrib.util.constant_value(old.constant(3)) == 3
    proto = contrib.util.make_tensor_proto([1, 2])
    assert contrib.util.make_ndarray(proto).tolist() == [1, 2]
    old.constant(1.0) + 1
    used = contrib.util.ops_used_by_graph_def(old.get_default_graph().as_graph_def())
    assert "Const" in used
    assert not hasattr(contrib.util, "loader")
    assert not hasattr(contrib.util, "stripped_op_list_for_graph")


def test_random_numbers_without_state(old):
    stateless = old.contrib.stateless
    found = [
        stateless.stateless_random_normal([3], [1, 2]),
        stateless.stateless_random_uniform([3], [1, 2]),
        stateless.stateless_truncated_normal([3], [1, 2]),
        stateless.stateless_multinomial(old.zeros([1, 3]), 3, [1, 2]),
    ]
    assert np.array_equal(*(np.stack([each.ravel() for each in _run(old, found)]) for _ in "ab"))


def test_profiles(old, capsys):
    analyzer = old.contrib.tfprof.model_analyzer
    old.get_variable("w", [2, 3])
    found = analyzer.print_model_analysis(
        old.get_default_graph(), tfprof_options=analyzer.TRAINABLE_VARS_PARAMS_STAT_OPTIONS
    )
    assert found.total_parameters == 6
    assert analyzer.FLOAT_OPS_OPTIONS["select"] == ["float_ops"]
    for name in ("ProfileContext", "tfprof_logger"):
        assert not hasattr(old.contrib.tfprof, name)


def test_operations(old):
    nn = old.contrib.nn
    found = [
        nn.nth_element(old.constant([3.0, 1.0, 2.0]), 1),
        nn.scaled_softplus(old.constant(1.0), 2.0),
        nn.scaled_softplus(old.constant(9.0), 2.0, clip=1.0),
        nn.deprecated_flipped_softmax_cross_entropy_with_logits([[0.0, 0.0]], [[0.0, 1.0]]),
        nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits([[0.0, 0.0]], [1]),
        nn.deprecated_flipped_sigmoid_cross_entropy_with_logits([0.0], [1.0]),
    ]
    values = [float(np.asarray(each).ravel()[0]) for each in _run(old, found)]
    half = math.log(2)
    assert values == pytest.approx([2, 2 * math.log1p(math.exp(0.5)), 1, half, half, half])
    assert nn.conv1d_transpose is old.nn.conv1d_transpose


def test_staging(old):
    area = old.contrib.staging.StagingArea([old.float32], shapes=[[2]])
    put, (get,) = area.put([old.constant([1.0, 2.0])]), area.get()
    with old.Session() as session:
        session.run(put)
        assert session.run(get).tolist() == [1, 2]


def test_compiled_by_xla(old):
    with old.contrib.compiler.jit.experimental_jit_scope():
        total = old.constant(1.0) + 1
    assert total.op.get_attr("_XlaCompile") is True


GONE = {
    "boosted_trees": "scikit-learn",
    "decision_trees": "scikit-learn",
    "tensor_forest": "scikit-learn",
    "bayesflow": "tensorflow_probability",
    "bigtable": "tensorflow_io",
    "cloud": "tensorflow_io",
    "hadoop": "tensorflow_io",
    "ignite": "tensorflow_io",
    "kafka": "tensorflow_io",
    "kinesis": "tensorflow_io",
    "constrained_optimization": "tensorflow_constrained_optimization",
    "copy_graph": "import_graph_def",
    "graph_editor": "import_graph_def",
    "ffmpeg": "ffmpeg",
    "gan": "tensorflow_gan",
    "integrate": "scipy",
    "kernel_methods": "keras",
    "kfac": "kfac",
    "labeled_tensor": "xarray",
    "libsvm": "svmlight",
    "linear_optimizer": "LinearClassifier",
    "mixed_precision": "tf.train",
    "optimizer_v2": "tf.train",
    "model_pruning": "tensorflow_model_optimization",
    "quantize": "tensorflow_model_optimization",
    "nearest_neighbor": "scikit-learn",
    "receptive_field": "no counterpart",
    "resampler": "gather_nd",
    "session_bundle": "saved_model",
    "tensorrt": "tensorrt",
    "text": "tensorflow_text",
    "timeseries": "statsmodels",
    "no_such_part": "tf.contrib went with TensorFlow 2",
}


@pytest.mark.parametrize("name", GONE)
def test_what_is_gone_says_what_to_use(old, name):
    from legacy_cnn.compat.hook import faces

    with pytest.raises(AttributeError) as caught:
        getattr(old.contrib, name)
    assert name in str(caught.value) and GONE[name] in caught.value.__notes__[0]
    for module in (f"tensorflow.contrib.{name}", f"tensorflow.contrib.{name}.python.{name}"):
        with pytest.raises(ModuleNotFoundError) as caught:
            faces("program").imported(module)
        assert name in str(caught.value) and GONE[name] in caught.value.__notes__[0]


def test_estimators_for_tpus_run_on_what_is_there(old, tmp_path):
    tpu = old.contrib.tpu

    def model_fn(features, labels, mode, params):
        w = old.get_variable("w", [], initializer=old.ones_initializer())
        loss = old.reduce_mean(old.square(w * features - labels))
        optimizer = tpu.CrossShardOptimizer(old.train.GradientDescentOptimizer(0.1))
        optimizer = optimizer if params["use_tpu"] else old.train.GradientDescentOptimizer(0.1)
        step = optimizer.minimize(loss, old.train.get_global_step())
        return tpu.TPUEstimatorSpec(mode, loss=loss, train_op=step)

    def input_fn(params):
        ones = old.data.Dataset.from_tensors((1.0, 3.0)).repeat()
        return ones.batch(params["batch_size"], drop_remainder=True)

    per_host = tpu.InputPipelineConfig.PER_HOST_V2
    config = tpu.RunConfig(
        model_dir=str(tmp_path),
        tpu_config=tpu.TPUConfig(iterations_per_loop=2, per_host_input_for_training=per_host),
    )
    model = tpu.TPUEstimator(
        model_fn, use_tpu=False, config=config, train_batch_size=4, params={"use_tpu": False}
    )
    model.train(input_fn, max_steps=3)
    assert model.get_variable_value("w") == pytest.approx(3 - 2 * 0.8**3)


def test_linear_operators(old):
    linalg = old.contrib.linalg
    assert linalg.LinearOperatorDiag is old.linalg.LinearOperatorDiag
    lower = linalg.LinearOperatorTriL([[1.0, 5.0], [2.0, 3.0]]).to_dense()
    with old.Session() as session:
        assert session.run(lower).tolist() == [[1, 0], [2, 3]]
