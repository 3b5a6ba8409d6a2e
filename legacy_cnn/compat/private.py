"""What is used of TensorFlow that is not public: one table, as it may go with any release."""

import importlib
import sys
from types import ModuleType
from typing import Any, NamedTuple


class Private(NamedTuple):
    """A private name."""

    path: str  #: a module, or the name of an attribute
    releases: str  #: of TensorFlow, with which it was tried
    reason: str  #: what it is for, and why nothing public does it


TABLE = {
    "op seeds": Private(
        "tensorflow.python.framework.random_seed",
        "2.18 to 2.21",
        "Random operations ask it for their seeds; an old release would have given others.",
    ),
    "gradients": Private(
        "tensorflow.python.ops.gradients_util",
        "2.18 to 2.21",
        "Optimizers and tf.gradients make gradients there; an old release would have made others.",
    ),
    "k-means": Private(
        "tensorflow.python.ops.clustering_ops",
        "2.18 to 2.21",
        "tf.contrib.factorization.KMeans is there, and no public name is left for it.",
    ),
    "eager gradients": Private(
        "tensorflow.python.eager.backprop",
        "2.18 to 2.21",
        "tf.contrib.eager's functions for gradients are there, and have no public name.",
    ),
    "timeline": Private(
        "tensorflow.python.client.timeline",
        "2.18 to 2.21",
        "Nothing public turns the times of a step into a trace for a browser.",
    ),
    "random operations": Private(
        "tensorflow.python.ops.gen_random_ops",
        "2.18 to 2.21",
        "Two runs of fit must draw the same; the state of these operations cannot be set.",
    ),
    "stateless random operations": Private(
        "tensorflow.python.ops.gen_stateless_random_ops_v2",
        "2.18 to 2.21",
        "XLA draws other numbers from a seed than the kernels without it.",
    ),
    "summaries as they are made": Private(
        "tensorflow.python.ops.summary_ops_v2",
        "2.18 to 2.21",
        "tf.summary of TensorFlow 2 needs a step each time, and forbids graphs.",
    ),
    "queues": Private(
        "tensorflow.python.ops.data_flow_ops",
        "2.18 to 2.21",
        "Nothing public has an area that stages what a GPU takes next.",
    ),
    "lookup tables": Private(
        "tensorflow.python.ops.lookup_ops",
        "2.18 to 2.21",
        "tf.lookup has a few of the tables of tf.contrib.lookup, and none with buckets.",
    ),
    "compiled by XLA": Private(
        "_jit_compile",
        "2.18 to 2.21",
        "A tf.function does not say whether it was made with jit_compile=True.",
    ),
    "recurrent cells": Private(
        "tf_keras.api._v1.keras.__internal__.legacy.rnn_cell",
        "2.18 to 2.21",
        "tf.compat.v1.nn.rnn_cell is not there once TensorFlow has chosen Keras 3.",
    ),
    "regularizers": Private(
        "tensorflow.python.ops.variable_scope",
        "2.18 to 2.21",
        "What it has in the collection of losses makes its operations again each time it is used.",
    ),
    "names of layers": Private(
        "tf_keras.src.backend",
        "2.18 to 2.21",
        "Keras numbers its layers there; before TensorFlow had it, it began with 1.",
    ),
}


def module(name: str) -> ModuleType:
    """The module of a row."""
    return importlib.import_module(TABLE[name].path)


def is_loaded(name: str) -> bool:
    """Whether the module of a row has been imported."""
    return TABLE[name].path in sys.modules


def attribute(name: str, owner: Any) -> Any:
    """The attribute of a row; None if the object has none."""
    return getattr(owner, TABLE[name].path, None)
