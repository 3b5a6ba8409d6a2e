"""The tutorial's graph in float64."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial


def build_graph() -> None:
    """Adds the tutorial in float64 to the current graph, under the names that it has in float32."""
    with tf.Graph().as_default() as graph:
        tutorial.build_graph()
    exported = tf.train.export_meta_graph(graph=graph)
    make_float64(exported.graph_def)
    tf.train.import_meta_graph(exported)


def make_float64(definition: Any) -> None:
    """Makes every float32 in a GraphDef a float64."""
    single, double = tf.float32.as_datatype_enum, tf.float64.as_datatype_enum
    for node in definition.node:
        for attribute in node.attr.values():
            if attribute.type == single:
                attribute.type = double
            if attribute.HasField("tensor") and attribute.tensor.dtype == single:
                value = tf.make_ndarray(attribute.tensor).astype("float64")
                attribute.tensor.CopyFrom(tf.make_tensor_proto(value))
