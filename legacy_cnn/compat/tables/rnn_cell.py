"""`tensorflow.nn.rnn_cell`, and what else its module was called."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.cells import basic, core, wrappers
from legacy_cnn.compat.cells.dropout import DropoutWrapper
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.nn.rnn_cell")

TABLE.names(
    {
        name: f"tf_keras.api._v1.keras.__internal__.legacy.rnn_cell.{name}"
        for name in (
            "DeviceWrapper",
            "LSTMStateTuple",
            "RNNCell",
            "ResidualWrapper",
        )
    }
)
TABLE.value("DropoutWrapper", DropoutWrapper)
for each in ("BasicRNNCell", "BasicLSTMCell", "GRUCell", "LSTMCell", "MultiRNNCell"):
    TABLE.value(each, getattr(basic, each))
for each in ("EmbeddingWrapper", "InputProjectionWrapper", "OutputProjectionWrapper"):
    TABLE.value(each, getattr(wrappers, each), until="0.12", note="tf.contrib.rnn since 1.0")

#: Private names of the module that programs imported.
TABLE.value("LayerRNNCell", core.CORE.BasicRNNCell.__mro__[1])
TABLE.value("_RNNCell", core.RNNCell, until="1.0")
TABLE.value("_Linear", core.Linear)
TABLE.names(
    {
        "_WEIGHTS_VARIABLE_NAME": "legacy_cnn.compat.cells.core.KERNEL",
        "_BIAS_VARIABLE_NAME": "legacy_cnn.compat.cells.core.BIAS",
    }
)


@TABLE.serves()
def _linear(
    args: Any,
    output_size: int,
    bias: bool,
    bias_initializer: Any = None,
    kernel_initializer: Any = None,
    bias_start: float = 0.0,
    scope: Any = None,
) -> tf.Tensor:
    """`(args, output_size, bias, bias_start, scope)` of 0.x and 1.0, or that of 1.15.

    Its scope, `Linear` by default, was opened in 0.x only.
    """
    if isinstance(bias_initializer, int | float):
        bias_start, bias_initializer = bias_initializer, None
    if kernel_initializer is not None and not callable(kernel_initializer):
        scope, kernel_initializer = kernel_initializer, None
    initializer = bias_initializer or core.zeros(bias_start)
    if options.release() == "1.0.1":
        scope = None
    return core.linear(args, output_size, bias, initializer, kernel_initializer, scope)


TABLE.value("linear", _linear, until="0.8")


@TABLE.serves()
def assert_like_rnncell(cell_name: str, cell: Any) -> None:
    """Checks that an object has what a cell must have.

    Raises:
      TypeError: it has not.
    """
    wanted = ("output_size", "state_size")
    missing = [f"{name!r} property is missing" for name in wanted if not hasattr(cell, name)]
    if not hasattr(cell, "zero_state") and not hasattr(cell, "get_initial_state"):
        missing.append("either 'zero_state' or 'get_initial_state' method is required")
    if not callable(cell):
        missing.append("is not callable")
    if missing:
        raise TypeError(
            f"The argument {cell_name!r} ({cell}) is not an RNNCell: {', '.join(missing)}."
        )
