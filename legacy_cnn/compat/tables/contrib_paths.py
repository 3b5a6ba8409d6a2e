"""Which file has the rows of which part of `tensorflow.contrib`, in all its spellings.

`tensorflow.contrib.layers.python.layers.initializers` has what `tensorflow.contrib.layers` has, and
some that had no shorter name: one table serves both.
"""

from collections.abc import Mapping

#: Module below `tensorflow.contrib` -> the modules below its `python`.
_MODULES: Mapping[str, str] = {
    "crf": "ops ops.crf",
    "data": "ops ops.batching ops.error_ops ops.grouping ops.interleave_ops ops.shuffle_ops",
    "framework": """framework framework.checkpoint_utils framework.experimental
        framework.graph_util framework.tensor_util ops ops.arg_scope ops.checkpoint_ops ops.ops
        ops.prettyprint_ops ops.script_ops ops.sort_ops ops.variables""",
    "layers": """layers layers.initializers layers.layers layers.normalization layers.optimizers
        layers.regularizers layers.rev_block_lib layers.summaries layers.target_column
        ops ops.bucketization_op ops.sparse_ops""",
    "losses": "losses losses.loss_ops",
    "metrics": """metrics metrics.classification ops ops.confusion_matrix_ops ops.histogram_ops
        ops.metric_ops ops.set_ops""",
    "slim": "slim slim.data slim.model_analyzer slim.queues slim.summaries",
    "training": "training training.evaluation training.training",
}

#: Module below `tensorflow.contrib` -> the file that has its rows.
_OWN: Mapping[str, str] = {
    "autograph": "moved.AUTOGRAPH",
    "cluster_resolver": "moved.CLUSTERS",
    "compiler.jit": "moved.JIT",
    "crf": "crf",
    "data": "data",
    "data.python.ops.dataset_ops": "data_dataset_ops",
    "data.python.ops.readers": "data_dataset_ops",
    "distribute": "moved.DISTRIBUTE",
    "framework": "framework",
    "framework.nest": "framework_nest",
    "framework.python.ops.audio_ops": "framework_audio_ops",
    "hooks": "moved.HOOKS",
    "image": "image",
    "image.python.ops.image_ops": "image",
    "image.python.ops.dense_image_warp": "image",
    "layers": "layers",
    "layers.feature_column": "layers_feature_column",
    "layers.python.layers.embedding_ops": "layers_encoders",
    "layers.python.layers.encoders": "layers_encoders",
    "layers.python.layers.feature_column": "layers_feature_column",
    "layers.python.layers.feature_column_ops": "layers_feature_column",
    "lookup": "lookup",
    "lookup.lookup_ops": "lookup",
    "losses": "losses",
    "losses.metric_learning": "losses_metric_learning",
    "losses.python.metric_learning": "losses_metric_learning",
    "losses.python.metric_learning.metric_loss_ops": "losses_metric_learning",
    "metrics": "metrics",
    "linalg": "moved.LINALG",
    "nn": "moved.NN",
    "nn.python.ops.cross_entropy": "moved.NN",
    "opt": "opt",
    "opt.python.training.adamax": "opt_adam",
    "opt.python.training.external_optimizer": "opt_external",
    "opt.python.training.lazy_adam_optimizer": "opt_adam",
    "opt.python.training.moving_average_optimizer": "opt_wrappers",
    "opt.python.training.nadam_optimizer": "opt_adam",
    "opt.python.training.variable_clipping_optimizer": "opt_wrappers",
    "opt.python.training.weight_decay_optimizers": "opt_weight_decay",
    "predictor": "predictor",
    "signal": "moved.SIGNAL",
    "slim": "slim",
    "slim.nets": "slim_nets",
    "slim.python.slim.nets": "slim_nets",
    "staging": "moved.STAGING",
    "stateless": "moved.STATELESS",
    "summary": "summary",
    "summary.summary": "summary",
    "tfprof": "moved.TFPROF",
    "tfprof.model_analyzer": "moved.ANALYZER",
    "tpu": "moved.TPU",
    "training": "training",
    "training.python.training.bucket_ops": "training_bucket_ops",
    "training.python.training.hparam": "training_hparam",
    "util": "moved.UTIL",
}


def files() -> dict[str, str]:
    """Old module -> the file that has its rows."""
    own = {f"tensorflow.contrib.{name}": f"contrib_{file}" for name, file in _OWN.items()}
    return own | {
        f"tensorflow.contrib.{part}.python{each and '.' + each}": f"contrib_{part}"
        for part, modules in _MODULES.items()
        for each in ("", *modules.split())
    }
