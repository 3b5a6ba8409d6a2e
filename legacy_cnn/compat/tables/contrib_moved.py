"""Parts of `tensorflow.contrib` that are elsewhere in TensorFlow now."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import private
from legacy_cnn.compat.rows import Table

_NOT_PUBLIC = "it has no public counterpart in TensorFlow 2"

AUTOGRAPH = Table("tensorflow.contrib.autograph", real="tf.autograph")

CLUSTERS = Table("tensorflow.contrib.cluster_resolver", real="tf.distribute.cluster_resolver")

DISTRIBUTE = Table("tensorflow.contrib.distribute", real="tf.distribute")
DISTRIBUTE.names(
    {
        "AllReduceCrossDeviceOps": "tf.distribute.NcclAllReduce",
        "CollectiveAllReduceStrategy": "tf.distribute.experimental.MultiWorkerMirroredStrategy",
        "DistributionStrategy": "tf.distribute.Strategy",
        "ParameterServerStrategy": "tf.distribute.experimental.ParameterServerStrategy",
        "TPUStrategy": "tf.distribute.experimental.TPUStrategy",
        "get_distribution_strategy": "tf.distribute.get_strategy",
        "has_distribution_strategy": "tf.distribute.has_strategy",
    }
)


@DISTRIBUTE.serves("MirroredStrategy")
def mirrored_strategy(
    devices: Any = None,
    num_gpus: int | None = None,
    num_gpus_per_worker: int | None = None,
    cross_device_ops: Any = None,
    auto_shard_dataset: bool = False,
    cross_tower_ops: Any = None,
) -> tf.distribute.Strategy:
    """Variables on each of several GPUs; on the CPU where there are not as many."""
    count = num_gpus or num_gpus_per_worker
    there = len(tf.config.list_physical_devices("GPU"))
    if devices is None and count:
        devices = [f"/gpu:{index}" for index in range(count)] if count <= there else ["/cpu:0"]
    return tf.distribute.MirroredStrategy(devices, cross_device_ops or cross_tower_ops)


HOOKS = Table("tensorflow.contrib.hooks")
HOOKS.names({"ProfilerHook": "tf.train.ProfilerHook"})

JIT = Table("tensorflow.contrib.compiler.jit")
JIT.names({"experimental_jit_scope": "tf.xla.experimental.jit_scope"})

LINALG = Table("tensorflow.contrib.linalg", real="tf.linalg")
LINALG.names({"LinearOperatorTriL": "tf.linalg.LinearOperatorLowerTriangular"})

SIGNAL = Table("tensorflow.contrib.signal", real="tf.signal")

STAGING = Table("tensorflow.contrib.staging")
STAGING.value("StagingArea", private.module("queues").StagingArea)

STATELESS = Table("tensorflow.contrib.stateless")
STATELESS.names(
    {
        "stateless_multinomial": "tf.random.stateless_multinomial",
        "stateless_random_normal": "tf.random.stateless_normal",
        "stateless_random_uniform": "tf.random.stateless_uniform",
        "stateless_truncated_normal": "tf.random.stateless_truncated_normal",
    }
)

TPU = Table("tensorflow.contrib.tpu", real="tf.tpu", note=_NOT_PUBLIC)
TPU.names(
    {
        name: f"tensorflow_estimator.estimator.tpu.{name}"
        for name in (
            "InputPipelineConfig",
            "RunConfig",
            "TPUConfig",
            "TPUEstimator",
            "TPUEstimatorSpec",
        )
    }
)

UTIL = Table("tensorflow.contrib.util")
UTIL.names(
    {
        "constant_value": "tf.get_static_value",
        "make_ndarray": "tf.make_ndarray",
        "make_tensor_proto": "tf.make_tensor_proto",
    }
)
UTIL.gone("loader", note="use tf.load_op_library")


@UTIL.serves()
def ops_used_by_graph_def(graph_def: Any) -> set[str]:
    """The types of all operations of a graph, and of its functions."""
    nodes = list(graph_def.node)
    for function in graph_def.library.function:
        nodes += function.node_def
    own = {each.signature.name for each in graph_def.library.function}
    return {each.op for each in nodes} - own


UTIL.gone("stripped_op_list_for_graph", note=_NOT_PUBLIC)

TFPROF = Table("tensorflow.contrib.tfprof")
TFPROF.names({"model_analyzer": "=tensorflow.contrib.tfprof.model_analyzer"})
TFPROF.gone("ProfileContext", "tfprof_logger", note="use tf.profiler")

ANALYZER = Table("tensorflow.contrib.tfprof.model_analyzer", note="use tf.profiler.profile")
ANALYZER.value(
    "TRAINABLE_VARS_PARAMS_STAT_OPTIONS",
    tf.profiler.ProfileOptionBuilder.trainable_variables_parameter(),
)
ANALYZER.value("FLOAT_OPS_OPTIONS", tf.profiler.ProfileOptionBuilder.float_operation())


@ANALYZER.serves()
def print_model_analysis(
    graph: tf.Graph,
    run_meta: Any = None,
    op_log: Any = None,
    tfprof_cmd: str = "scope",
    tfprof_options: Any = None,
) -> Any:
    """`tf.profiler.profile`."""
    return tf.profiler.profile(graph, run_meta, op_log, tfprof_cmd, tfprof_options)


NN = Table("tensorflow.contrib.nn", note=_NOT_PUBLIC)
NN.names({"conv1d_transpose": "tf.nn.conv1d_transpose"})


@NN.serves()
def nth_element(input: Any, n: Any, reverse: bool = False, name: str | None = None) -> tf.Tensor:
    """The n-th smallest value of the last dimension, or the n-th largest."""
    return tf.raw_ops.NthElement(input=input, n=n, reverse=reverse, name=name)


@NN.serves()
def scaled_softplus(x: Any, alpha: Any, clip: Any = None, name: str | None = None) -> tf.Tensor:
    """`alpha * softplus(x / alpha)`, not above `clip`."""
    with tf.name_scope(name, "scaled_softplus", [x, alpha]):
        result = alpha * tf.nn.softplus(x / alpha)
        return result if clip is None else tf.minimum(result, clip)


def _flipped(function: str) -> Any:
    """A cross entropy that takes logits first, as 0.x did."""

    def loss(logits: Any, labels: Any, name: str | None = None, **keywords: Any) -> tf.Tensor:
        return today(logits=logits, labels=labels, name=name, **keywords)

    today: Any = getattr(tf.nn, function)
    return loss


for _name in (
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
):
    NN.value(f"deprecated_flipped_{_name}", _flipped(_name))
