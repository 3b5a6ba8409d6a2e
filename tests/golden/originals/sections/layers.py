"""`tf.layers` and `tf.contrib.layers`: defaults, variables, initial values, and values."""

from __future__ import absolute_import, division, print_function

from . import core, initializers

#: Case -> where the function is, the shape of its input, and its other arguments.
LAYERS = {
    "layers.dense": ("layers.dense", [2, 5], [3], {}),
    "layers.dense, relu": ("layers.dense", [2, 5], [3, "relu"], {"use_bias": False}),
    "layers.dense, rank 3": ("layers.dense", [2, 2, 5], [3], {}),
    "layers.conv1d": ("layers.conv1d", [2, 5, 2], [3, 3], {}),
    "layers.conv2d": ("layers.conv2d", [2, 5, 5, 2], [3, 3], {}),
    "layers.conv2d, same": (
        "layers.conv2d",
        [2, 5, 5, 2],
        [3, [3, 2]],
        {"padding": "same", "strides": 2, "activation": "relu", "name": "named"},
    ),
    "layers.conv2d, dilated": ("layers.conv2d", [2, 5, 5, 2], [3, 2], {"dilation_rate": 2}),
    "layers.conv2d_transpose": ("layers.conv2d_transpose", [2, 3, 3, 2], [3, 3], {"strides": 2}),
    "layers.separable_conv2d": ("layers.separable_conv2d", [2, 5, 5, 2], [3, 3], {}),
    "layers.max_pooling2d": ("layers.max_pooling2d", [2, 5, 5, 2], [2, 2], {}),
    "layers.average_pooling2d": (
        "layers.average_pooling2d",
        [2, 5, 5, 2],
        [3, 2],
        {"padding": "same"},
    ),
    "layers.flatten": ("layers.flatten", [2, 3, 2], [], {}),
    "layers.dropout": ("layers.dropout", [2, 5], [], {}),
    "contrib.layers.fully_connected": ("contrib.layers.fully_connected", [2, 5], [3], {}),
    "contrib.layers.fully_connected, linear": (
        "contrib.layers.fully_connected",
        [2, 5],
        [3],
        {"activation_fn": None, "scope": "fc1"},
    ),
    "contrib.layers.linear": ("contrib.layers.linear", [2, 5], [3], {}),
    "contrib.layers.conv2d": ("contrib.layers.conv2d", [2, 5, 5, 2], [3, 3], {}),
    "contrib.layers.conv2d, stride": (
        "contrib.layers.conv2d",
        [2, 5, 5, 2],
        [3, [3, 3]],
        {"stride": 2, "padding": "VALID"},
    ),
    "contrib.layers.conv2d_transpose": (
        "contrib.layers.conv2d_transpose",
        [2, 3, 3, 2],
        [3, 3],
        {"stride": 2},
    ),
    "contrib.layers.separable_conv2d": (
        "contrib.layers.separable_conv2d",
        [2, 5, 5, 2],
        [3, 3, 1],
        {},
    ),
    "contrib.layers.max_pool2d": ("contrib.layers.max_pool2d", [2, 5, 5, 2], [2], {}),
    "contrib.layers.avg_pool2d": ("contrib.layers.avg_pool2d", [2, 5, 5, 2], [2], {}),
    "contrib.layers.flatten": ("contrib.layers.flatten", [2, 3, 2], [], {}),
}
REGULARIZERS = {"l1_regularizer": 0.1, "l2_regularizer": 0.1, "l1_l2_regularizer": None}


def cases(tf):
    for name, row in sorted(LAYERS.items()):
        yield name, _layer(*row)
    for name in sorted({row[0] for row in LAYERS.values()}):
        yield name + ", defaults", defaults(name)
    for name in sorted(REGULARIZERS):
        yield "contrib.layers." + name, _regularizer(name)
    yield "layers, names", _names
    yield "contrib.layers, names", _contrib_names
    yield "contrib.layers.embed_sequence", _embedding


def find(tf, path):
    """The function at a path below TensorFlow."""
    for part in path.split("."):
        tf = getattr(tf, part)
    return tf


def defaults(path):
    """A case: the defaults of a function."""
    return lambda tf, session, inputs: core.defaults(find(tf, path))


def assign(tf, session, inputs, variables=None):
    """Gives the trainable variables values that are a function of their place alone."""
    for place, variable in enumerate(variables or tf.trainable_variables()):
        shape = variable.get_shape().as_list()
        session.run(tf.assign(variable, inputs.normal("trainable %d" % place, *shape)))


def _layer(path, shape, given, others):
    """Its variables, their initial operations, its output and gradients from given weights."""

    def case(tf, session, inputs):
        x = tf.constant(inputs.normal("x", *shape))
        arguments = [tf.nn.relu if each == "relu" else each for each in given]
        named = {key: tf.nn.relu if each == "relu" else each for key, each in others.items()}
        y = find(tf, path)(x, *arguments, **named)
        operations = initializers.initial_operations(tf, session)
        core.initialize(tf, session)
        assign(tf, session, inputs)
        weights = tf.trainable_variables()
        upstream = inputs.normal("upstream", *y.get_shape().as_list())
        slopes = tf.gradients(y, [x] + weights, upstream)
        seen = {"gradient %d" % i: each for i, each in enumerate(slopes)}
        return dict(
            session.run(dict(seen, output=y)),
            name=y.op.name,
            variables=core.variables(tf),
            initial=operations,
            collections=collections(tf),
        )

    return case


def collections(tf):
    """How many things each collection of the graph holds."""
    graph = tf.get_default_graph()
    names = [each for each in graph.get_all_collection_keys() if isinstance(each, str)]
    return {
        name: len(graph.get_collection(name)) for name in sorted(names) if not name.startswith("_")
    }


def _regularizer(name):
    def case(tf, session, inputs):
        scales = [inputs.number(0.1), inputs.number(0.2)][: 2 if "l1_l2" in name else 1]
        weights = tf.constant(inputs.normal("w", 3))
        loss = getattr(tf.contrib.layers, name)(*scales)(weights)
        return session.run({"loss": loss, "gradient": tf.gradients(loss, weights)[0]})

    return case


def _names(tf, session, inputs):
    """How layers of one kind are named, in scopes and when reused."""
    x = tf.constant(inputs.normal("x", 2, 3))
    tf.layers.dense(x, 3)
    tf.layers.dense(x, 3)
    with tf.variable_scope("scope"):
        tf.layers.dense(x, 3)
        tf.layers.dense(x, 3, name="named")
    with tf.variable_scope("scope", reuse=True):
        tf.layers.dense(x, 3, name="named")
    images = tf.constant(inputs.normal("images", 2, 4, 4, 1))
    tf.layers.conv2d(images, 2, 3)
    tf.layers.conv2d(images, 2, 3)
    return {"variables": core.variables(tf), "operations": _kernels(tf)}


def _contrib_names(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 2, 3))
    tf.contrib.layers.fully_connected(x, 3)
    tf.contrib.layers.fully_connected(x, 3)
    tf.contrib.layers.stack(x, tf.contrib.layers.fully_connected, [3, 3], scope="stack")
    with tf.contrib.framework.arg_scope(
        [tf.contrib.layers.fully_connected],
        weights_regularizer=tf.contrib.layers.l2_regularizer(0.1),
        normalizer_fn=tf.contrib.layers.batch_norm,
    ):
        tf.contrib.layers.fully_connected(x, 3, scope="with_norm")
    images = tf.constant(inputs.normal("images", 2, 4, 4, 1))
    tf.contrib.layers.repeat(images, 2, tf.contrib.layers.conv2d, 2, [3, 3], scope="conv")
    return {
        "variables": core.variables(tf),
        "operations": _kernels(tf),
        "collections": collections(tf),
        "losses": [each.op.name for each in tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)],
    }


def _kernels(tf):
    """The names of the operations that do the work."""
    kinds = ("MatMul", "Conv2D", "BiasAdd", "Relu")
    operations = tf.get_default_graph().get_operations()
    return [
        each.name for each in operations if each.type in kinds and "Initializer" not in each.name
    ]


def _embedding(tf, session, inputs):
    ids = tf.constant([[0, 2], [1, 1]])
    y = tf.contrib.layers.embed_sequence(ids, 3, 2)
    core.initialize(tf, session)
    assign(tf, session, inputs)
    return {"output": session.run(y), "variables": core.variables(tf)}
