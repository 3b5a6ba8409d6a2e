"""`tensorflow.contrib.opt`: optimizers."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.opt")

_WHERE = {
    "adamax": ("AdaMaxOptimizer",),
    "external_optimizer": ("ExternalOptimizerInterface", "ScipyOptimizerInterface"),
    "lazy_adam_optimizer": ("LazyAdamOptimizer",),
    "moving_average_optimizer": ("MovingAverageOptimizer",),
    "nadam_optimizer": ("NadamOptimizer",),
    "variable_clipping_optimizer": ("VariableClippingOptimizer",),
    "weight_decay_optimizers": (
        "AdamWOptimizer",
        "DecoupledWeightDecayExtension",
        "MomentumWOptimizer",
        "extend_with_decoupled_weight_decay",
    ),
}
for _file, _names in _WHERE.items():
    _module = f"=tensorflow.contrib.opt.python.training.{_file}"
    TABLE.names({each: f"{_module}.{each}" for each in _names})

TABLE.gone(
    "AGNCustomGetter",
    "AGNOptimizer",
    "DropStaleGradientOptimizer",
    "ElasticAverageCustomGetter",
    "ElasticAverageOptimizer",
    "ModelAverageCustomGetter",
    "ModelAverageOptimizer",
    note="use tf.train.SyncReplicasOptimizer, or tf.distribute",
)
TABLE.gone(
    "AdamGSOptimizer",
    "LazyAdamGSOptimizer",
    "MultitaskOptimizerWrapper",
    "clip_gradients_by_global_norm",
    note="use tf.train.AdamOptimizer",
)
TABLE.gone(
    "AddSignOptimizer",
    "GGTOptimizer",
    "LARSOptimizer",
    "PowerSignOptimizer",
    "RegAdagradOptimizer",
    "ShampooOptimizer",
    note="use an optimizer of tf.train",
)
