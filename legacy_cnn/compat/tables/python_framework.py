"""`tensorflow.python.framework`, and modules beside it: what moved out of them."""

import contextlib
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

_PYTHON = "tensorflow.python"
_SHAPES = "shape functions are in the operations' C++ code; use set_shape"

OPS = Table(f"{_PYTHON}.framework.ops", real=f"{_PYTHON}.framework.ops")
OPS.names(
    {
        "IndexedSlices": "tf.IndexedSlices",
        "Tensor": "tf.Tensor",
        "convert_to_tensor_or_indexed_slices": "tf.convert_to_tensor_or_indexed_slices",
        "register_tensor_conversion_function": "tf.register_tensor_conversion_function",
    }
)
OPS.names({"op_scope": "=tensorflow.op_scope"}, until="0.12")
OPS.gone("RegisterShape", "set_shapes_for_outputs", note=_SHAPES)


@OPS.serves(until="1.15")
def default_session(session: tf.Session) -> contextlib.AbstractContextManager[Any]:
    """Makes a session the default one in a block, and does not close it."""
    entered: contextlib.AbstractContextManager[Any] = session.as_default()
    return entered


GRAPH_UTIL = Table(f"{_PYTHON}.framework.graph_util", real="tensorflow.compat.v1.graph_util")
GRAPH_UTIL.gone("set_cpu0", note='use tf.device("/cpu:0")')

SHAPE = Table(f"{_PYTHON}.framework.tensor_shape", real=f"{_PYTHON}.framework.tensor_shape")


@SHAPE.serves()
def scalar() -> tf.TensorShape:
    """The shape of a scalar."""
    return tf.TensorShape([])


@SHAPE.serves()
def vector(length: int | None) -> tf.TensorShape:
    """The shape of a vector."""
    return tf.TensorShape([length])


@SHAPE.serves()
def matrix(rows: int | None, cols: int | None) -> tf.TensorShape:
    """The shape of a matrix."""
    return tf.TensorShape([rows, cols])


COMMON_SHAPES = Table(
    f"{_PYTHON}.framework.common_shapes",
    real=f"{_PYTHON}.framework.common_shapes",
    note=_SHAPES,
)

NEST = Table(f"{_PYTHON}.util.nest", real=f"{_PYTHON}.util.nest")
NEST.names({"is_sequence": "tensorflow.nest.is_nested"})

PYWRAP = Table(f"{_PYTHON}.pywrap_tensorflow", real=f"{_PYTHON}.pywrap_tensorflow")
PYWRAP.names(
    {
        "NewCheckpointReader": "=tensorflow.train.NewCheckpointReader",
        "CheckpointReader": "=tensorflow.train.NewCheckpointReader",
    }
)
PYWRAP.gone("list_devices", note="use tensorflow.python.client.device_lib.list_local_devices()")

COLUMNS = Table(
    f"{_PYTHON}.feature_column.feature_column", real="tensorflow.compat.v1.feature_column"
)

EVENTS = Table(
    f"{_PYTHON}.summary.event_accumulator",
    real="tensorboard.backend.event_processing.event_accumulator",
)
