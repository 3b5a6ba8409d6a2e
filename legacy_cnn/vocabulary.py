"""One name for each tensor of the model, in the graph, the ports, checkpoints, reports and docs.

The tutorial gave its variables no names, so TensorFlow numbered them; the right-hand sides are
what it called them. They hold for a graph that has nothing else in it.
"""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A trained array, float32."""

    variable: str  #: name of the graph's variable operation
    keras: str  #: path of the Keras port's variable, layer/variable
    shape: tuple


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

#: What flows through the net, forward: name -> operation. N images.
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

#: The uniform numbers behind the dropout mask, (N, 1024) in [0, 1): an element of `fc` is kept
#: where its number is at least 1 - keep probability. Feeding this tensor sets the mask from
#: outside, with the graph as it is.
DROPOUT_NOISE = "dropout/random_uniform/RandomUniform"
DROPOUT_UNITS = 1024

#: Image shape and number of classes the graph is made for.
IMAGE_SHAPE = (28, 28)
CLASSES = 10
