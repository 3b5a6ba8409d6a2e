"""What tf_slim imports that has moved: it sees it where it was, and nobody else does."""

import sys

import pytest

pytestmark = pytest.mark.tensorflow

#: Where tf_slim looks -> what it finds.
MOVED = {
    "python.framework.ops.IndexedSlices": "IndexedSlices",
    "python.framework.ops.Tensor": "Tensor",
    "python.ops.array_ops.stack": "stack",
    "python.ops.array_ops.unstack": "unstack",
    "python.ops.control_flow_ops.Assert": "Assert",
    "python.ops.control_flow_ops.case": "case",
    "python.ops.control_flow_ops.cond": "cond",
    "python.ops.control_flow_ops.while_loop": "while_loop",
    "python.ops.variable_scope.variable": "Variable",
    "python.training.checkpoint_management.latest_checkpoint": "train.latest_checkpoint",
}
#: Names of layers, which Keras 2 has -> today's.
LAYERS = {
    "python.layers.convolutional.Convolution1D": "Conv1D",
    "python.layers.convolutional.Convolution2D": "Conv2D",
    "python.layers.convolutional.Convolution3D": "Conv3D",
    "python.layers.convolutional.Convolution2DTranspose": "Conv2DTranspose",
    "python.layers.convolutional.Convolution3DTranspose": "Conv3DTranspose",
    "python.layers.convolutional.SeparableConvolution2D": "SeparableConv2D",
    "python.layers.core.Dense": "Dense",
    "python.layers.normalization.BatchNormalization": "BatchNormalization",
    "python.layers.base.Layer": "Layer",
    "python.layers.pooling.MaxPooling2D": "MaxPooling2D",
    "python.keras.engine.input_spec.InputSpec": "InputSpec",
}


def _seen_by_tf_slim(name):
    from legacy_cnn.compat.hook import faces

    module, _, last = name.rpartition(".")
    return getattr(faces("tf_slim").imported(f"tensorflow.{module}"), last)


@pytest.mark.parametrize("name", MOVED)
def test_moved_names(old, name):
    today = sys.modules["tensorflow"].compat.v1  # `import` would give the old face
    for part in MOVED[name].split("."):
        today = getattr(today, part)
    assert _seen_by_tf_slim(name) is today


@pytest.mark.parametrize("name", LAYERS)
def test_layers(old, name):
    assert _seen_by_tf_slim(name).__name__ == LAYERS[name]
    assert _seen_by_tf_slim(name).__module__.startswith("tf_keras.")


def test_nothing_is_changed_in_tensorflow_itself(old):
    assert old.contrib.slim.conv2d
    for name in ("framework.ops.Tensor", "ops.array_ops.stack", "ops.control_flow_ops.cond"):
        module, _, last = name.rpartition(".")
        assert not hasattr(sys.modules[f"tensorflow.python.{module}"], last)
