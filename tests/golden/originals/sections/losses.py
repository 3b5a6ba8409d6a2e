"""`tf.losses`: values, reductions, weights, gradients and what they collect."""

from __future__ import absolute_import, division, print_function

import numpy as np

from . import core

REDUCTIONS = (
    "NONE",
    "SUM",
    "MEAN",
    "SUM_OVER_BATCH_SIZE",
    "SUM_BY_NONZERO_WEIGHTS",
    "SUM_OVER_NONZERO_WEIGHTS",
)
#: Name -> arguments that are numbers, and the others.
LOSSES = {
    "absolute_difference": ({}, {}),
    "cosine_distance": ({}, {"dim": 1}),
    "hinge_loss": ({}, {}),
    "huber_loss": ({"delta": 0.5}, {}),
    "log_loss": ({"epsilon": 1e-7}, {}),
    "mean_pairwise_squared_error": ({}, {}),
    "mean_squared_error": ({}, {}),
    "sigmoid_cross_entropy": ({"label_smoothing": 0.1}, {}),
    "softmax_cross_entropy": ({"label_smoothing": 0.1}, {}),
    "sparse_softmax_cross_entropy": ({}, {}),
}


def cases(tf):
    for name in sorted(LOSSES):
        yield name, _loss(name)
    yield "reductions", _reductions
    yield "regularization", _regularization
    for name in ("absolute_difference", "log_loss", "sum_of_squares", "mean_squared_error"):
        yield "contrib." + name, _contrib(name)


def _predictions_and_labels(tf, inputs, name):
    if name == "sparse_softmax_cross_entropy":
        return tf.constant(inputs.normal("p", 3, 2)), tf.constant([1, 0, 1])
    if name == "log_loss":
        return tf.constant(inputs.uniform("p", 3, 2)), tf.constant(inputs.uniform("l", 3, 2))
    if name in ("hinge_loss", "sigmoid_cross_entropy", "softmax_cross_entropy"):
        labels = inputs.array([[0, 1], [1, 0], [0, 1]])
        return tf.constant(inputs.normal("p", 3, 2)), tf.constant(labels)
    return tf.constant(inputs.normal("p", 3, 2)), tf.constant(inputs.normal("l", 3, 2))


def _loss(name):
    """Without weights, with a weight each, and with weights that are all zero."""

    def case(tf, session, inputs):
        numbers, others = LOSSES[name]
        function = getattr(tf.losses, name)
        given = {key: inputs.number(value) for key, value in numbers.items()}
        given.update(others)
        predictions, labels = _predictions_and_labels(tf, inputs, name)
        pair = (labels, predictions)
        if "softmax" in name or name == "sigmoid_cross_entropy":
            pair = (labels, predictions)
        rows = 1 if name in ("softmax_cross_entropy", "sparse_softmax_cross_entropy") else 2
        weights = inputs.array([2, 0, 0.5]) if rows == 1 else inputs.array([[2], [0], [0.5]])
        seen = {}
        for how, weight in (
            ("", 1.0),
            (", weighted", weights),
            (", zeros", np.zeros_like(weights)),
            (", a number", inputs.number(0.3)),
        ):
            loss = function(*pair, weights=weight, **given)
            seen["loss" + how] = loss
            seen["gradient" + how] = tf.gradients(loss, predictions)[0]
        seen["total"] = tf.losses.get_total_loss(add_regularization_losses=False)
        collected = [each.op.name for each in tf.losses.get_losses()]
        return dict(session.run(seen), collected=collected, **_plain(function))

    return case


def _plain(function):
    """The defaults of a loss."""
    return {"default %s" % name: value for name, value in core.defaults(function).items()}


def _reductions(tf, session, inputs):
    """Every reduction of weighted squared errors."""
    predictions, labels = _predictions_and_labels(tf, inputs, "mean_squared_error")
    weights = inputs.array([[2], [0], [0.5]])
    seen = {}
    for name in REDUCTIONS:
        reduction = getattr(tf.losses.Reduction, name, None)
        if reduction is not None:
            seen[name] = tf.losses.mean_squared_error(
                labels, predictions, weights=weights, reduction=reduction
            )
    return session.run(seen)


def _regularization(tf, session, inputs):
    """What a regularizer of `get_variable` collects, and the total loss with it."""

    def regularizer(weights):
        return inputs.number(0.1) * tf.nn.l2_loss(weights)

    value = inputs.normal("w", 3)
    tf.get_variable("w", initializer=tf.constant(value), regularizer=regularizer)
    predictions, labels = _predictions_and_labels(tf, inputs, "mean_squared_error")
    tf.losses.mean_squared_error(labels, predictions)
    core.initialize(tf, session)
    names = [each.op.name for each in tf.losses.get_regularization_losses()]
    return {
        "names": names,
        "regularization": session.run(tf.losses.get_regularization_loss()),
        "total": session.run(tf.losses.get_total_loss()),
    }


def _contrib(name):
    """The losses of 0.x, which took predictions first and labels second."""

    def case(tf, session, inputs):
        function = getattr(tf.contrib.losses, name)
        predictions, labels = _predictions_and_labels(tf, inputs, name)
        weights = tf.constant(inputs.array([2, 0, 0.5]))
        loss, weighted = function(predictions, labels), function(predictions, labels, weights)
        seen = {"loss": loss, "weighted": weighted}
        seen["gradient"] = tf.gradients(weighted, predictions)[0]
        return session.run(seen)

    return case
