"""What tf_slim imports of TensorFlow that has moved since, as it sees it.

tf_slim is the code of `tf.contrib.layers` and its like as they were in 2019. Nothing is changed in
TensorFlow itself: these are faces for tf_slim alone.
"""

from legacy_cnn.compat.rows import Table


def _table(module: str) -> Table:
    return Table(module, real=module)


FRAMEWORK = _table("tensorflow.python.framework.ops")
FRAMEWORK.names({"Tensor": "tf.Tensor", "IndexedSlices": "tf.IndexedSlices"})

ARRAYS = _table("tensorflow.python.ops.array_ops")
ARRAYS.names({"stack": "tf.stack", "unstack": "tf.unstack"})

CONTROL_FLOW = _table("tensorflow.python.ops.control_flow_ops")
CONTROL_FLOW.names(
    {"Assert": "tf.Assert", "case": "tf.case", "cond": "tf.cond", "while_loop": "tf.while_loop"}
)

VARIABLES = _table("tensorflow.python.ops.variable_scope")
VARIABLES.names({"variable": "tf.Variable"})

_LAYERS = "tf_keras.api._v1.keras.__internal__.legacy.layers"

#: All layers are Keras 2's, as the batch normalization of TensorFlow's own copy is gone.
LAYERS = Table("tensorflow.python.layers", real=_LAYERS)
LAYERS.names(
    {
        "Convolution1D": f"{_LAYERS}.Conv1D",
        "Convolution2D": f"{_LAYERS}.Conv2D",
        "Convolution3D": f"{_LAYERS}.Conv3D",
        "Convolution2DTranspose": f"{_LAYERS}.Conv2DTranspose",
        "Convolution3DTranspose": f"{_LAYERS}.Conv3DTranspose",
        "SeparableConvolution2D": f"{_LAYERS}.SeparableConv2D",
    }
)

#: The old module works, and says so each time that it is imported.
CHECKPOINTS = Table(
    "tensorflow.python.training.checkpoint_management",
    real="tensorflow.python.checkpoint.checkpoint_management",
)
