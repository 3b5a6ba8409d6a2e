"""`tensorflow.python`: names that programs import from modules which no longer have them."""

import inspect

import pytest

from legacy_cnn.compat import tables
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow

#: Module below `tensorflow.python` -> name -> what it is, below `tensorflow`.
SAME = {
    "framework.ops": {
        "IndexedSlices": "IndexedSlices",
        "Tensor": "Tensor",
        "convert_to_tensor_or_indexed_slices": "convert_to_tensor_or_indexed_slices",
        "register_tensor_conversion_function": "register_tensor_conversion_function",
        "op_scope": "op_scope",
        "reset_default_graph": "reset_default_graph",
    },
    "framework.graph_util": {
        "convert_variables_to_constants": "graph_util.convert_variables_to_constants"
    },
    "framework.graph_util_impl": {"extract_sub_graph": "graph_util.extract_sub_graph"},
    "feature_column.feature_column": {"numeric_column": "feature_column.numeric_column"},
    "pywrap_tensorflow": {
        "NewCheckpointReader": "train.NewCheckpointReader",
        "CheckpointReader": "train.NewCheckpointReader",
    },
    "ops.array_ops": {
        name: name
        for name in [
            "stack",
            "unstack",
            "expand_dims",
            "squeeze",
            "where",
            "concat",
            "concat_v2",
            "split",
            "split_v",
            "pack",
            "unpack",
            "reverse",
            "listdiff",
            "select",
        ]
    },
    "ops.math_ops": {
        name: name
        for name in [
            "argmax",
            "argmin",
            "fft",
            "fft2d",
            "fft3d",
            "ifft",
            "ifft2d",
            "ifft3d",
            "reduce_all",
            "reduce_any",
            "reduce_logsumexp",
            "reduce_max",
            "reduce_mean",
            "reduce_min",
            "reduce_prod",
            "reduce_sum",
            "batch_matmul",
            "complex_abs",
            "inv",
            "mul",
            "neg",
            "select",
            "sub",
        ]
    },
    "ops.control_flow_ops": {name: name for name in ("Assert", "while_loop", "cond", "case")},
    "ops.data_flow_ops": {"initialize_all_tables": "initialize_all_tables"},
    "ops.functional_ops": {"map_fn": "map_fn"},
    "ops.gradients_impl": {"AggregationMethod": "AggregationMethod"},
    "ops.logging_ops": {
        name: name
        for name in [
            "audio_summary",
            "histogram_summary",
            "image_summary",
            "merge_all_summaries",
            "merge_summary",
            "scalar_summary",
        ]
    },
    "ops.random_ops": {"random_crop": "random_crop"},
    "ops.variable_scope": {"variable": "Variable"},
    "ops.variables": {
        "Variable": "Variable",
        "VariableV1": "Variable",
        "RefVariable": "Variable",
        "is_variable_initialized": "is_variable_initialized",
        "global_variables_initializer": "global_variables_initializer",
        "all_variables": "all_variables",
        "initialize_all_variables": "initialize_all_variables",
    },
    "ops.init_ops": {
        "ones_initializer": "ones_initializer",
        "zeros_initializer": "zeros_initializer",
    },
    "ops.nn_ops": {
        name: f"nn.{name}"
        for name in [
            "softmax_cross_entropy_with_logits",
            "sparse_softmax_cross_entropy_with_logits",
            "softmax",
            "log_softmax",
        ]
    },
    "ops.nn_impl": {
        name: f"nn.{name}"
        for name in ["nce_loss", "sampled_softmax_loss", "sigmoid_cross_entropy_with_logits"]
    },
    "ops.nn": {
        name: f"nn.{name}"
        for name in [
            "softmax_cross_entropy_with_logits",
            "sparse_softmax_cross_entropy_with_logits",
            "nce_loss",
            "sampled_softmax_loss",
            "sigmoid_cross_entropy_with_logits",
            "softmax",
            "log_softmax",
            "bidirectional_dynamic_rnn",
            "dynamic_rnn",
            "raw_rnn",
            "static_bidirectional_rnn",
            "static_rnn",
            "static_state_saving_rnn",
            "bidirectional_rnn",
            "rnn",
            "state_saving_rnn",
            "ctc_loss",
        ]
    },
    "ops.summary_ops": {"tensor_summary": "summary.tensor_summary"},
    "ops.spectral_ops": {"rfft": "spectral.rfft"},
    "training.training": {
        "SummaryWriter": "summary.FileWriter",
        "SummaryWriterCache": "summary.FileWriterCache",
        "SyncReplicasOptimizerV2": "train.SyncReplicasOptimizer",
        "AdamOptimizer": "train.AdamOptimizer",
    },
    "training.summary_io": {
        "SummaryWriter": "summary.FileWriter",
        "SummaryWriterCache": "summary.FileWriterCache",
        "summary_iterator": "train.summary_iterator",
    },
    "summary.summary_iterator": {
        "SummaryWriter": "summary.FileWriter",
        "SummaryWriterCache": "summary.FileWriterCache",
    },
}


def imported(name):
    from legacy_cnn.compat.hook import faces

    return faces("program").imported(f"tensorflow.python.{name}")


@pytest.mark.parametrize("module", SAME)
def test_names_that_moved(old, module):
    for name, whole in SAME[module].items():
        expected = old
        for part in whole.split("."):
            expected = getattr(expected, part)
        found = getattr(imported(module), name)
        # What counts operations as the release did is made for each name.
        found, expected = (inspect.unwrap(one) for one in (found, expected))
        assert found is expected or found == expected, name


def test_the_rest_of_a_module_is_todays(old):
    assert imported("framework.ops").get_default_graph() is old.get_default_graph()
    assert imported("ops.array_ops").zeros([2]).shape.as_list() == [2]
    assert imported("framework.dtypes").float32 is old.float32
    for module in (
        "client.device_lib", "client.session", "client.timeline", "framework.constant_op",
        "framework.tensor_util", "ops.resources", "platform.gfile", "platform.tf_logging",
        "tools.freeze_graph", "tools.inspect_checkpoint", "training.moving_averages",
        "training.saver", "debug",
    ):  # fmt: skip
        assert imported(module).__name__ == f"tensorflow.python.{module}"


def test_default_session(old):
    with old.Session() as outer, imported("framework.ops").default_session(old.Session()) as inner:
        assert old.get_default_session() is inner is not outer


def test_tensor_shape(old):
    shape = imported("framework.tensor_shape")
    assert shape.scalar().as_list() == [] and shape.vector(3).as_list() == [3]
    assert shape.matrix(2, None).as_list() == [2, None]
    assert shape.TensorShape is old.TensorShape


def test_nest():
    nest = imported("util.nest")
    assert nest.is_sequence([1]) and not nest.is_sequence("text")
    assert nest.flatten([1, (2, 3)]) == [1, 2, 3]


def test_todays_order_and_that_of_0x(old):
    a = old.constant([[1.0, 2.0]])
    assert imported("ops.array_ops").concat(1, [a, a]).shape.as_list() == [1, 4]
    assert imported("ops.math_ops").reduce_sum(a, reduction_indices=1).shape.as_list() == [1]


def test_tensorboard_has_the_accumulator_and_the_projector(old, tmp_path):
    pytest.importorskip("tensorboard")
    assert imported("summary.event_accumulator").EventAccumulator
    from legacy_cnn.compat.hook import faces

    name = "tensorflow.contrib.tensorboard.plugins.projector"
    projector = faces("program").imported(name)
    assert old.contrib.tensorboard.plugins.projector is projector
    config = projector.ProjectorConfig()
    config.embeddings.add().tensor_name = "embedding"
    with old.Session():
        projector.visualize_embeddings(old.summary.FileWriter(str(tmp_path)), config)
    text = (tmp_path / "projector_config.pbtxt").read_text()
    assert text == 'embeddings {\n  tensor_name: "embedding"\n}\n'


@pytest.mark.parametrize(
    "module, name, note",
    [
        ("framework.ops", "RegisterShape", "set_shape"),
        ("framework.ops", "set_shapes_for_outputs", "set_shape"),
        ("framework.common_shapes", "scalar_shape", "set_shape"),
        ("framework.graph_util", "set_cpu0", "tf.device"),
        ("pywrap_tensorflow", "list_devices", "device_lib"),
        ("training.training", "do_quantize_training_on_graphdef", "fake_quant"),
    ],
)
def test_what_is_gone(module, name, note):
    with pytest.raises(AttributeError) as error:
        getattr(imported(module), name)
    assert note in error.value.__notes__[0]


def test_a_library_that_is_not_installed(old, monkeypatch):
    monkeypatch.setattr(tables, "is_there", lambda name: False)
    with pytest.raises(ModuleNotFoundError, match="No module named 'scipy") as caught:
        faces("program").imported("scipy.stats")
    assert "scipy is not installed: pip install scipy" in caught.value.__notes__[0]
