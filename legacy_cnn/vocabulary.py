"""One name for each tensor of the model, in the graph, the ports, checkpoints, reports and docs.

The tutorial did not name its variables, so TensorFlow numbered them. The tables below map each
name to the name in the graph. They hold for a graph that contains nothing else.
"""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A trained array, float32."""

    variable: str  #: name of the graph's variable operation
    keras: str  #: path of the Keras port's variable, layer/variable
    shape: tuple[int, ...]


#: In the order in which the listing creates them, which is the order of `trainable_variables`.
PARAMETERS = {
    "W_conv1": Parameter("Variable", "conv1/kernel", (5, 5, 1, 32)),  # height, width, in, out
    "W_conv2": Parameter("Variable_1", "conv2/kernel", (5, 5, 32, 64)),
    "W_fc": Parameter("Variable_2", "fc/kernel", (3136, 1024)),  # in (7 x 7 x 64, row by row), out
    "out_W": Parameter("Variable_3", "logits/kernel", (1024, 10)),
    "b_conv1": Parameter("Variable_4", "conv1/bias", (32,)),
    "b_conv2": Parameter("Variable_5", "conv2/bias", (64,)),
    "b_fc": Parameter("Variable_6", "fc/bias", (1024,)),
    "out_b": Parameter("Variable_7", "logits/bias", (10,)),
}

#: Name of a layer -> operation, in the order of the forward pass; for N images.
LAYERS = {
    "conv1": "Relu",  # (N, 28, 28, 32), after bias and relu
    "pool1": "MaxPool",  # (N, 14, 14, 32)
    "conv2": "Relu_1",  # (N, 14, 14, 64), after bias and relu
    "pool2": "MaxPool_1",  # (N, 7, 7, 64)
    "fc": "Relu_2",  # (N, 1024), after bias and relu
    "fc_dropped": "dropout/SelectV2",  # (N, 1024)
    "logits": "add_3",  # (N, 10)
    "loss": "Mean",  # ()
}

#: The uniform random numbers behind the dropout mask, (N, 1024) in [0, 1): dropout keeps an element
#: of `fc` if its number is at least 1 - keep probability. Feed this tensor to set the mask; the
#: graph needs no change.
DROPOUT_NOISE = "dropout/random_uniform/RandomUniform"
DROPOUT_UNITS = 1024

#: Shape of an image, and number of classes.
IMAGE_SHAPE = (28, 28)
CLASSES = 10
