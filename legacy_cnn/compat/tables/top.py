"""`tensorflow`: what its top had, in 0.x above all."""

from legacy_cnn.compat import division
from legacy_cnn.compat.arguments import name_at, renaming
from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import (
    top_arrays,
    top_initializers,
    top_loops,
    top_matrices,
    top_sizes,
    top_summaries,
)

TABLE = Table("tensorflow", real="tensorflow.compat.v1")
for _each in (top_arrays, top_initializers, top_loops, top_matrices, top_sizes, top_summaries):
    TABLE.include(_each.TABLE)

_0X = "0.12"

# Renamed in 1.0.
TABLE.names(
    {
        "mul": "tf.multiply",
        "sub": "tf.subtract",
        "neg": "tf.negative",
        "all_variables": "tf.global_variables",
        "initialize_all_variables": "tf.global_variables_initializer",
        "initialize_variables": "tf.variables_initializer",
        "initialize_local_variables": "tf.local_variables_initializer",
        "VARIABLES": "tf.GraphKeys.GLOBAL_VARIABLES",
        "inv": "tf.reciprocal",
        "listdiff": "tf.setdiff1d",
        "list_diff": "tf.setdiff1d",
    },
    until=_0X,
)
TABLE.value("complex_abs", renaming("tf.abs", name="ComplexAbs"), until=_0X)
# `name` was the last argument of these.
TABLE.value("cond", name_at("tf.cond", 3), until=_0X)
TABLE.value("case", name_at("tf.case", 3), until=_0X)
TABLE.value("decode_csv", name_at("tf.decode_csv", 3), until=_0X)

for _function in (division.div, division.floordiv, division.mod):
    TABLE.value(_function.__name__, _function, note="0.12 divided integers as C does")

# Modules that had another name, or are below others.
TABLE.names({"platform": "=tensorflow.python.platform"}, until=_0X)
TABLE.names({"pywrap_tensorflow": "=tensorflow.python.pywrap_tensorflow"})
TABLE.names({"python": "=tensorflow.python", "examples": "=tensorflow.examples"})

TABLE.gone("RegisterShape", note="a shape function belongs to the operation's C++ code")
TABLE.gone("sdca", note="use tf.train.GradientDescentOptimizer with an L2 loss")
TABLE.gone("resources", note="use tf.global_variables() or tf.report_uninitialized_variables()")
