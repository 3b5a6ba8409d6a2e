"""The nodes of the listing's graph."""

from __future__ import absolute_import, division, print_function

from . import core, listing

#: The dropout as published, and as it was meant.
KEEP_RATE, KEEP_PROB = "tf.nn.dropout(fc, keep_rate)", "tf.nn.dropout(fc, keep_prob)"


def cases(tf):
    yield "listing", _graph


def _graph(tf, session, inputs):
    """The nodes up to the accuracy; in the release of ours also those if `keep_prob` is fed."""
    published = nodes(tf, graph_of(tf, listing.text(tf, listing.REPLACED)))
    if tf.__version__.startswith(("0.", "1.")):
        return {"nodes": published}
    graph = graph_of(tf, listing.text(tf, dict(listing.REPLACED, **{KEEP_RATE: KEEP_PROB})))
    corrected = nodes(tf, graph)
    return {
        "nodes": published,
        "changed": [node for node in corrected if node not in published],
        "order": [node[0] for node in corrected],
        "shapes": shapes(graph),
    }


def graph_of(tf, program):
    """The graph that a text of the listing builds."""

    class Session(tf.Session):
        def run(self, fetches, feed_dict=None, **others):
            getattr(fetches, "name", None)  # TensorFlow complains of an operation never used
            return [None, 0.0]

    with tf.Graph().as_default() as graph:
        core.with_variables(tf)
        names = {"tf": listing.Namespace(tf, Session), "mnist": listing.MNIST(core.Inputs())}
        listing.printed(program, names)
    return graph


def shapes(graph):
    """The static shape of each output, by node in their order; None is an unknown size or rank."""
    return [
        [tensor.shape.as_list() if tensor.shape.rank is not None else None for tensor in op.outputs]
        for op in graph.get_operations()
    ]


def nodes(tf, graph):
    """Name, operation, inputs and attributes of each node, in their order."""
    return [
        [
            node.name,
            node.op,
            list(node.input),
            {key: _value(tf, node.attr[key]) for key in node.attr},
        ]
        for node in graph.as_graph_def().node
    ]


def _value(tf, attribute):
    """An attribute's value: its number, type or shape; of a long constant its bits."""
    kind = attribute.WhichOneof("value")
    value = getattr(attribute, kind) if kind else None
    if kind == "type":
        return tf.as_dtype(value).name
    if kind == "shape":
        return "unknown" if value.unknown_rank else [each.size for each in value.dim]
    if kind == "tensor":
        make = tf.make_ndarray if hasattr(tf, "make_ndarray") else tf.contrib.util.make_ndarray
        array = make(value)
        return array.tolist() if array.size <= core.SAMPLES else core.bits(array)
    if kind == "list":
        return [core.plain(each) for _, each in value.ListFields() for each in each]
    if kind == "func":
        return value.name
    return float("%.9g" % value) if kind == "f" else core.plain(value)
