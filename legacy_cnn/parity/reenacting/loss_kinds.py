"""Losses of other kinds, of the reference's own outputs and labels."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.parity.causes import softmax
from legacy_cnn.parity.reenacting.loss_trial import LossMistake, LossTrial
from legacy_cnn.parity.reenacting.terms import terms_of
from legacy_cnn.parity.returned import are_probabilities


def _same(value: Any) -> Any:
    return value


def _sigmoid(value: Any) -> Any:
    return (1 / (1 + np.exp(-value))).astype(value.dtype)


#: What is done to the output before the loss: words -> function.
CHANGES: dict[str, Callable[[Any], Any]] = {"": _same, "softmax": softmax, "sigmoid": _sigmoid}

_losses = keras.losses

#: Losses of Keras in words: of each example.
KINDS: dict[str, Callable[[Any, Any], Any]] = {
    "categorical cross entropy of logits": lambda y, x: _losses.categorical_crossentropy(
        y, x, from_logits=True
    ),
    "categorical cross entropy of probabilities": lambda y, x: _losses.categorical_crossentropy(
        y, x
    ),
    "binary cross entropy of logits": lambda y, x: _losses.binary_crossentropy(
        y, x, from_logits=True
    ),
    "binary cross entropy of probabilities": lambda y, x: _losses.binary_crossentropy(y, x),
    "the mean squared error": _losses.mean_squared_error,
    "the mean absolute error": _losses.mean_absolute_error,
    "the Huber loss with delta 1": _losses.huber,
    "the log-cosh loss": _losses.log_cosh,
    "the hinge loss": _losses.hinge,
    "the squared hinge loss": _losses.squared_hinge,
    "the categorical hinge loss": _losses.categorical_hinge,
    "the Poisson loss": _losses.poisson,
    "the Kullback-Leibler divergence": _losses.kl_divergence,
    "the mean squared logarithmic error": _losses.mean_squared_logarithmic_error,
}


def mistakes(trial: LossTrial) -> Iterator[LossMistake]:
    """Every kind of loss, of the output as it is and made probabilities, mean or sum."""
    points = trial.points
    if any(point.output is None for point in points):
        return
    labels = [_labels(point.batch.labels, point.output) for point in points]
    if any(label is None for label in labels):
        return
    is_given_probabilities = are_probabilities(points[0].output)
    rest = _besides(trial)
    for (change, function), (kind, loss) in itertools.product(CHANGES.items(), KINDS.items()):
        outputs = [function(point.output) for point in points]
        with tf.init_scope():
            each = [np.asarray(loss(y, x)) for y, x in zip(labels, outputs, strict=True)]
        words = _words(change, kind, is_given_probabilities)
        yield words, np.array([np.mean(e, dtype=np.float64) for e in each]) + rest
        sums = np.array([np.sum(e, dtype=np.float64) for e in each])
        yield f"{words}, summed over the batch", sums + rest


def _labels(labels: Any, output: Any) -> Any:
    """Labels in the shape of the output; classes become one-hot."""
    labels = np.asarray(labels)
    if labels.size == output.size:
        return labels.reshape(output.shape).astype(output.dtype)
    if (
        labels.dtype.kind in "iu"
        and output.ndim > 1
        and labels.size * output.shape[-1] == output.size
        and labels.min() >= 0
        and labels.max() < output.shape[-1]  # not the next words of embeddings
    ):
        return np.eye(output.shape[-1], dtype=output.dtype)[labels.reshape(output.shape[:-1])]
    return None


def _besides(trial: LossTrial) -> Any:
    """What the reference's loss has besides its data: penalties."""
    penalties = [term for term in terms_of(trial.reference) if term.parameters]
    if not penalties:
        return 0.0
    data = [term for term in terms_of(trial.reference) if not term.parameters]
    feeds = {term.tensor: np.zeros((), np.float32) for term in data if term.tensor.shape.rank == 0}
    return trial.fed(lambda point: feeds) if len(feeds) == len(data) else 0.0


def _words(change: str, kind: str, is_given_probabilities: bool) -> str:
    takes_logits, is_softmax = kind.endswith("of logits"), change == "softmax"
    if kind.startswith("categorical"):
        if takes_logits and (is_softmax or (not change and is_given_probabilities)):
            return "softmax is applied twice: the loss takes probabilities for logits"
        if not takes_logits and not change and not is_given_probabilities:
            return "the loss takes logits for probabilities (from_logits=True is missing)"
    if kind.startswith("binary") and takes_logits and change == "sigmoid":
        return "sigmoid is applied twice: the loss takes probabilities for logits"
    of = f" after a {change}" if change else ""
    return f"the loss is {kind}{of}"
