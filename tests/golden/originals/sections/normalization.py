"""Batch normalization: `tf.layers`, `tf.contrib.layers`, and by hand; fused or not."""

from __future__ import absolute_import, division, print_function

from . import core, layers

#: Arguments of `tf.layers.batch_normalization`.
OF_LAYERS = {
    "": {},
    ", fused": {"fused": True},
    ", not fused": {"fused": False},
    ", momentum and epsilon": {"momentum": 0.9, "epsilon": 0.1},
    ", neither scale nor center": {"scale": False, "center": False, "fused": False},
    ", first axis": {"axis": 1, "fused": False},
    ", renorm": {"renorm": True, "fused": False},
}
#: Arguments of `tf.contrib.layers.batch_norm`.
OF_CONTRIB = {
    "": {},
    ", fused": {"fused": True},
    ", scale": {"scale": True, "decay": 0.9, "epsilon": 0.1},
    ", updates in place": {"updates_collections": None, "decay": 0.9},
    ", zero_debias": {"zero_debias_moving_mean": True, "decay": 0.9},
}


def cases(tf):
    for told, others in sorted(OF_LAYERS.items()):
        yield (
            "layers.batch_normalization" + told,
            _layer(lambda tf: tf.layers.batch_normalization, "training", others),
        )
    for told, others in sorted(OF_CONTRIB.items()):
        yield (
            "contrib.layers.batch_norm" + told,
            _layer(lambda tf: tf.contrib.layers.batch_norm, "is_training", others),
        )
    yield "layers.batch_normalization, defaults", layers.defaults("layers.batch_normalization")
    yield "contrib.layers.batch_norm, defaults", layers.defaults("contrib.layers.batch_norm")
    yield "contrib.layers.layer_norm", _layer_norm
    yield "by hand", _by_hand
    yield "by hand, global", _by_hand_global
    yield "fused_batch_norm", _fused
    yield "local_response_normalization", _local


def _layer(find, argument, others):
    """Two steps of training with the collected updates, then as in use."""

    def case(tf, session, inputs):
        function = find(tf)
        x = tf.placeholder(tf.float32, [4, 2, 2, 3])
        training = tf.placeholder(tf.bool, [])
        given = {
            key: inputs.number(value) if isinstance(value, float) else value
            for key, value in others.items()
        }
        if given.get("fused"):  # fused, a placeholder is not accepted by all releases
            outputs = {}
            for is_training in (True, False):
                with tf.variable_scope("bn", reuse=not is_training or None):
                    outputs[is_training] = function(x, **dict(given, **{argument: is_training}))
        else:
            with tf.variable_scope("bn"):
                y = function(x, **dict(given, **{argument: training}))
            outputs = {True: y, False: y}
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        core.initialize(tf, session, {x: inputs.normal("x 0", 4, 2, 2, 3), training: True})
        # 1.0 creates beta first, later releases gamma.
        trained = sorted(tf.trainable_variables(), key=lambda variable: variable.op.name)
        layers.assign(tf, session, inputs, trained)
        state = {each.op.name: each for each in tf.global_variables()}
        seen = {
            "variables": core.variables(tf),
            "trainable": core.variables(tf, trainable=True),
            "updates": len(updates),
        }
        upstream = inputs.normal("upstream", 4, 2, 2, 3)
        gradient = tf.gradients(outputs[True], [x] + trained, upstream)
        gradient = {"gradient %d" % i: each for i, each in enumerate(gradient) if each is not None}
        for step in (1, 2):
            feed = {x: inputs.normal("x %d" % step, 4, 2, 2, 3), training: True}
            value, slopes, _ = session.run([outputs[True], gradient, updates], feed)
            if step == 1:
                seen.update(slopes, output=value)
            for name, each in session.run(state).items():
                seen["%s after %d" % (name, step)] = each
        feed = {x: inputs.normal("x 3", 4, 2, 2, 3), training: False}
        seen["output in use"] = session.run(outputs[False], feed)
        return seen

    return case


def _layer_norm(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 4, 2, 3))
    y = tf.contrib.layers.layer_norm(x)
    core.initialize(tf, session)
    layers.assign(tf, session, inputs)
    slope = tf.gradients(y, x, inputs.normal("upstream", 4, 2, 3))[0]
    return dict(session.run({"output": y, "gradient": slope}), variables=core.variables(tf))


def _normalized(tf, inputs, axes, epsilon):
    x = tf.constant(inputs.normal("x", 4, 2, 2, 3))
    mean, variance = tf.nn.moments(x, axes)
    beta, gamma = tf.constant(inputs.normal("beta", 3)), tf.constant(inputs.normal("gamma", 3))
    y = tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)
    slopes = tf.gradients(y, [x, beta, gamma], inputs.normal("upstream", 4, 2, 2, 3))
    seen = {"gradient %d" % i: each for i, each in enumerate(slopes)}
    return dict(seen, output=y, mean=mean, variance=variance)


def _by_hand(tf, session, inputs):
    return session.run(_normalized(tf, inputs, [0], inputs.number(1e-3)))


def _by_hand_global(tf, session, inputs):
    return session.run(_normalized(tf, inputs, [0, 1, 2], inputs.number(1e-5)))


def _fused(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 4, 2, 2, 3))
    scale, offset = tf.constant(inputs.normal("s", 3)), tf.constant(inputs.normal("o", 3))
    y, mean, variance = tf.nn.fused_batch_norm(x, scale, offset, epsilon=inputs.number(1e-3))
    slopes = tf.gradients(y, [x, scale, offset], inputs.normal("upstream", 4, 2, 2, 3))
    used, _, _ = tf.nn.fused_batch_norm(
        x,
        scale,
        offset,
        mean=tf.constant(inputs.normal("mean", 3)),
        variance=tf.constant(inputs.uniform("variance", 3)),
        epsilon=inputs.number(1e-3),
        is_training=False,
    )
    seen = {"gradient %d" % i: each for i, each in enumerate(slopes)}
    seen.update({"output": y, "mean": mean, "variance": variance, "output in use": used})
    return session.run(seen)


def _local(tf, session, inputs):
    x = tf.constant(inputs.normal("x", 2, 2, 2, 5))
    numbers = {"bias": 1.0, "alpha": 0.1, "beta": 0.75}
    given = {key: inputs.number(value) for key, value in numbers.items()}
    y = tf.nn.local_response_normalization(x, depth_radius=2, **given)
    slope = tf.gradients(y, x, inputs.normal("upstream", 2, 2, 2, 5))[0]
    default = tf.nn.local_response_normalization(x)
    return session.run({"output": y, "gradient": slope, "defaults": default})
