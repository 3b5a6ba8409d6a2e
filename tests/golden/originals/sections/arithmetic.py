"""Decays, clippings, moving averages, losses of `tf.nn`, and dropout."""

from __future__ import absolute_import, division, print_function

import numpy as np

from . import core

#: Steps at which a learning rate is read: before, at and after the ends of periods of ten.
STEPS = [0, 1, 5, 9, 10, 11, 25, 40]
DECAYS = {
    "exponential_decay": ([0.1, "step", 10, 0.5], {}),
    "exponential_decay, staircase": ([0.1, "step", 10, 0.5], {"staircase": True}),
    "natural_exp_decay": ([0.1, "step", 10, 0.5], {}),
    "natural_exp_decay, staircase": ([0.1, "step", 10, 0.5], {"staircase": True}),
    "inverse_time_decay": ([0.1, "step", 10, 0.5], {}),
    "inverse_time_decay, staircase": ([0.1, "step", 10, 0.5], {"staircase": True}),
    "polynomial_decay": ([0.1, "step", 10], {}),
    "polynomial_decay, power 2": ([0.1, "step", 10, 0.01], {"power": 2.0}),
    "polynomial_decay, cycle": ([0.1, "step", 10, 0.01], {"cycle": True}),
    "piecewise_constant": (["step", [5, 10], [0.1, 0.05, 0.01]], {}),
    "cosine_decay": ([0.1, "step", 10], {}),
    "cosine_decay, alpha 0.1": ([0.1, "step", 10], {"alpha": 0.1}),
    "cosine_decay_restarts": ([0.1, "step", 10], {}),
    "linear_cosine_decay": ([0.1, "step", 10], {}),
}


def cases(tf):
    for name, (given, others) in sorted(DECAYS.items()):
        yield name, _decay(name.split(",")[0], given, others)
    for case in (_clipping, _clip_by_norm_of_zeros, _moving_average, _moving_average_steps):
        yield case.__name__[1:], case
    for case in (_softmax, _sparse_softmax, _sigmoid, _weighted, _poisson, _l2, _sampled):
        yield "nn" + case.__name__, case
    for keep_prob in (0.8, 0.5, 0.9):
        yield "dropout, keep_prob %g" % keep_prob, _dropout(keep_prob)
    yield "dropout, keep_prob fed", _dropout(0.8, is_fed=True)
    yield "dropout, noise_shape", _dropout(0.8, noise_shape=[6, 1])
    yield "dropout, keep_prob 1", _dropout_of_all


def _decay(name, given, others):
    def case(tf, session, inputs):
        step = tf.placeholder(tf.int32, [])
        values = [
            step
            if each == "step"
            else [inputs.number(part) if isinstance(part, float) else part for part in each]
            if isinstance(each, list)
            else inputs.number(each)
            if isinstance(each, float)
            else each
            for each in given
        ]
        rate = getattr(tf.train, name)(*values, **others)
        rate = rate() if callable(rate) else rate
        return {"rates": np.array([session.run(rate, {step: each}) for each in STEPS], np.float32)}

    return case


def _clipping(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 3, 2))
    clipped = {
        "by value": tf.clip_by_value(x, inputs.number(-0.5), inputs.number(0.7)),
        "by norm": tf.clip_by_norm(x, inputs.number(0.8)),
        "by norm, a large limit": tf.clip_by_norm(x, inputs.number(10.0)),
        "by norm, of rows": tf.clip_by_norm(x, inputs.number(0.8), axes=[1]),
        "by average norm": tf.clip_by_average_norm(x, inputs.number(0.2)),
    }
    parts = [x, tf.constant(inputs.normal("y", 4)), None]
    parts, norm = tf.clip_by_global_norm(parts, inputs.number(0.9))
    assert parts[2] is None
    clipped.update({"by global norm, 0": parts[0], "by global norm, 1": parts[1]})
    gradients = {
        "gradient, %s" % name: tf.gradients(value, x, inputs.array(np.arange(6).reshape(3, 2)))[0]
        for name, value in clipped.items()
        if name != "by global norm, 1"
    }
    return session.run(dict(clipped, norm=norm, **gradients))


def _clip_by_norm_of_zeros(tf, session, inputs):
    x = tf.constant(np.zeros((2, 2), np.float32))
    clipped = tf.clip_by_norm(x, inputs.number(0.8))
    return session.run({"clipped": clipped, "gradient": tf.gradients(clipped, x)[0]})


def _moving_average(tf, session, inputs):
    """Of a variable, and of a tensor, whose average is corrected for its start at zero."""
    variable = tf.Variable(inputs.normal("w", 3), name="w")
    fed = tf.placeholder(tf.float32, [3])
    averages = tf.train.ExponentialMovingAverage(inputs.number(0.9))
    with tf.control_dependencies([tf.assign(variable, fed)]):
        update = averages.apply([variable, fed * 2])
    core.initialize(tf, session, {fed: inputs.normal("fed 0", 3)})
    seen = {"variables": core.variables(tf), "name": averages.average_name(variable)}
    state = {each.op.name: each for each in tf.global_variables()}
    for step in (1, 2, 3):
        session.run(update, {fed: inputs.normal("fed %d" % step, 3)})
        for name, value in session.run(state).items():
            seen["%s after %d" % (name, step)] = value
    return seen


def _moving_average_steps(tf, session, inputs):
    """With a number of updates, which lowers the decay at the start."""
    variable = tf.Variable(inputs.normal("w", 3), name="w")
    fed = tf.placeholder(tf.float32, [3])
    count = tf.Variable(0, trainable=False, name="count")
    averages = tf.train.ExponentialMovingAverage(inputs.number(0.99), num_updates=count)
    with tf.control_dependencies([tf.assign(variable, fed), tf.assign_add(count, 1)]):
        update = averages.apply([variable])
    core.initialize(tf, session)
    seen = {}
    for step in (1, 2, 3):
        session.run(update, {fed: inputs.normal("fed %d" % step, 3)})
        seen["average after %d" % step] = session.run(averages.average(variable))
    return seen


def _logits_and_labels(tf, inputs):
    logits = tf.constant(inputs.normal("logits", 4, 3) * np.float32([[1], [10], [100], [1e-3]]))
    labels = tf.constant(inputs.array([[0, 1, 0], [1, 0, 0], [0.5, 0.25, 0.25], [0, 0, 1]]))
    return logits, labels


def _with_gradient(tf, session, value, *sources):
    """A loss, and its gradients by what it is computed from."""
    gradients = tf.gradients(value, list(sources))
    seen = {"gradient %d" % i: each for i, each in enumerate(gradients) if each is not None}
    return session.run(dict(seen, loss=value))


def _named(tf, function, logits, labels, **others):
    """Calls a loss by the arguments' names, or by position where the names came later."""
    if tf.__version__.startswith("0."):
        return function(logits, labels, **others)
    return function(logits=logits, labels=labels, **others)


def _softmax(tf, session, inputs):
    logits, labels = _logits_and_labels(tf, inputs)
    loss = _named(tf, tf.nn.softmax_cross_entropy_with_logits, logits, labels)
    return _with_gradient(tf, session, loss, logits, labels)


def _sparse_softmax(tf, session, inputs):
    logits, _ = _logits_and_labels(tf, inputs)
    function = tf.nn.sparse_softmax_cross_entropy_with_logits
    return _with_gradient(
        tf, session, _named(tf, function, logits, tf.constant([1, 0, 2, 2])), logits
    )


def _sigmoid(tf, session, inputs):
    logits, labels = _logits_and_labels(tf, inputs)
    loss = _named(tf, tf.nn.sigmoid_cross_entropy_with_logits, logits, labels)
    return _with_gradient(tf, session, loss, logits, labels)


def _weighted(tf, session, inputs):
    logits, labels = _logits_and_labels(tf, inputs)
    logits = tf.clip_by_value(logits, -2.0, 2.0)
    function = tf.nn.weighted_cross_entropy_with_logits
    if tf.__version__.startswith("0."):
        loss = function(logits, labels, pos_weight=inputs.number(2.0))
    else:
        loss = function(labels, logits, inputs.number(2.0))
    return _with_gradient(tf, session, loss, logits)


def _poisson(tf, session, inputs):
    logits, labels = _logits_and_labels(tf, inputs)
    logits = tf.minimum(logits, 5.0)
    function = tf.nn.log_poisson_loss
    if tf.__version__.startswith("0."):
        loss = function(logits, labels * 4, compute_full_loss=True)
    else:
        loss = function(labels * 4, logits, compute_full_loss=True)
    return _with_gradient(tf, session, loss, logits)


def _l2(tf, session, inputs):
    logits, _ = _logits_and_labels(tf, inputs)
    normal = tf.nn.l2_normalize(logits, 1)
    seen = _with_gradient(tf, session, tf.nn.l2_loss(logits), logits)
    return dict(seen, normalized=session.run(normal))


def _sampled(tf, session, inputs):
    """The candidate-sampling losses, with given candidates."""
    weights = tf.constant(inputs.normal("weights", 5, 3))
    biases = tf.constant(inputs.normal("biases", 5))
    x = tf.constant(inputs.normal("x", 2, 3))
    labels = tf.constant([[1], [4]], tf.int64)
    counts = inputs.array([[0.4], [0.6]]), inputs.array([0.5, 0.3])
    drawn = (tf.constant([0, 4], tf.int64), tf.constant(counts[0]), tf.constant(counts[1]))
    if tf.__version__.startswith("0."):
        given = (weights, biases, x, labels, 2, 5)
    else:
        given = (weights, biases, labels, x, 2, 5)
    return session.run(
        {
            "nce": tf.nn.nce_loss(*given, sampled_values=drawn),
            "sampled softmax": tf.nn.sampled_softmax_loss(*given, sampled_values=drawn),
        }
    )


#: Noise on both sides of what is dropped at a keep probability of 0.8, 0.5 and 0.9.
EDGES = [
    0,
    0.0999999,
    0.1,
    0.1000001,
    0.19999998,
    0.2,
    0.20000002,
    0.49999997,
    0.5,
    0.7,
    0.99999994,
]


def _dropout(keep_prob, is_fed=False, noise_shape=None):
    """Values, gradient and mask from noise that is fed, and the operations."""

    def case(tf, session, inputs):
        x = tf.constant(inputs.normal("x", 6, 11))
        keep = tf.placeholder(tf.float32, []) if is_fed else inputs.number(keep_prob)
        operations = len(tf.get_default_graph().get_operations())
        y = tf.nn.dropout(x, keep, noise_shape=noise_shape, name="drop")
        graph = tf.get_default_graph()
        kinds = [each.type for each in graph.get_operations()[operations:]]
        noise = inputs.uniform("noise", 6, 11)
        noise[0] = EDGES  # these stay as they are: an edge would move
        feed = {"drop/random_uniform/RandomUniform:0": noise[:, :1] if noise_shape else noise}
        if is_fed:
            feed[keep] = inputs.number(keep_prob)
        value, gradient = session.run([y, tf.gradients(y, x)[0]], feed)
        inner = slice(1, None)
        return {
            "values": value[inner],
            "gradient": gradient[inner],
            "kept at edges": (value[0] != 0).tolist(),
            "operations": kinds,
        }

    return case


def _dropout_of_all(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 3))
    return {"is the input": tf.nn.dropout(x, 1.0) is x}
