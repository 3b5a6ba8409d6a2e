"""`tensorflow.nn`: losses whose arguments changed their order in 1.0."""

from collections.abc import Callable
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.arguments import named
from legacy_cnn.compat.notes import note
from legacy_cnn.compat.rows import Table
from legacy_cnn.settings.running import RELEASES

TABLE = Table("tensorflow.nn")

_0X = "0.12"
_ORDER = "positional arguments are (logits, labels), as in 0.x; 1.x refused them"


@TABLE.serves(until=_0X, note=_ORDER)
def softmax_cross_entropy_with_logits(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`(logits, labels, dim, name)` of 0.x, or by name; before 0.12 without `dim`."""
    names: tuple[str, ...] = ("logits", "labels", "dim", "name")
    if len(arguments) > 2 and isinstance(arguments[2], str):
        names = ("logits", "labels", "name")
    return _logits_first("softmax_cross_entropy_with_logits", names, arguments, keywords)


@TABLE.serves(until=_0X, note=_ORDER)
def sparse_softmax_cross_entropy_with_logits(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`(logits, labels, name)` of 0.x, or by name."""
    names = ("logits", "labels", "name")
    return _logits_first("sparse_softmax_cross_entropy_with_logits", names, arguments, keywords)


@TABLE.serves(until=_0X, note=_ORDER)
def sigmoid_cross_entropy_with_logits(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`(logits, targets, name)` of 0.x, or by name; `labels` was called `targets`."""
    names = ("logits", "labels", "name")
    return _logits_first("sigmoid_cross_entropy_with_logits", names, arguments, keywords)


@TABLE.serves(until=_0X, note="(logits, targets) of 0.12, or (targets, logits) of 1.x")
def weighted_cross_entropy_with_logits(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`(logits, targets, pos_weight, name)` for a program of 0.x; targets come first since 1.0."""
    names = ("labels", "logits", "pos_weight", "name")
    if options.release() == RELEASES[0]:
        names = ("logits", "labels", "pos_weight", "name")
        if arguments:
            note("weighted_cross_entropy_with_logits took (logits, targets), as in 0.x")
    function = "weighted_cross_entropy_with_logits"
    given = named(function, names, arguments, keywords, {"targets": "labels"})
    return tf.nn.weighted_cross_entropy_with_logits(**given)


def _logits_first(
    function: str, names: tuple[str, ...], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tf.Tensor:
    """Calls today's function, by name."""
    if arguments:
        note(f"{function} took (logits, labels), as in 0.x")
    if keywords.get("_sentinel", arguments) is None:  # of 1.x, first, and never anything else
        del keywords["_sentinel"]
    given = named(function, names, arguments, keywords, {"targets": "labels"})
    return getattr(tf.nn, function)(**given)


def _sampled(function: str) -> Callable[..., tf.Tensor]:
    real = getattr(tf.nn, function)

    def called(*arguments: Any, **keywords: Any) -> tf.Tensor:
        if len(arguments) > 3 and _is_swapped(*arguments[2:4]):
            note(f"{function} took (weights, biases, inputs, labels), as in 0.x")
            arguments = (*arguments[:2], arguments[3], arguments[2], *arguments[4:])
        return real(*arguments, **keywords)

    called.__name__, called.__doc__ = function, real.__doc__
    return called


def _is_swapped(third: Any, fourth: Any) -> bool:
    """Whether inputs come before labels: inputs are floats, and labels integers."""
    return _dtype(third).is_floating and _dtype(fourth).is_integer


def _dtype(value: Any) -> tf.DType:
    found = getattr(value, "dtype", None)
    return tf.as_dtype(numpy.asarray(value).dtype if found is None else found)


_SAMPLED = "(weights, biases, inputs, labels) of 0.x, or labels first: labels are integers"
for _each in ("nce_loss", "sampled_softmax_loss"):
    TABLE.value(_each, _sampled(_each), until=_0X, note=_SAMPLED)


@TABLE.serves(until=_0X, note="(inputs, labels) of 0.x, or labels first: labels are sparse")
def ctc_loss(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`(inputs, labels, sequence_length, ...)` of 0.x, or `(labels, inputs, ...)`."""
    if len(arguments) > 1 and isinstance(arguments[1], tf.SparseTensor):
        note("ctc_loss took (inputs, labels), as in 0.x")
        arguments = (arguments[1], arguments[0], *arguments[2:])
    return tf.nn.ctc_loss(*arguments, **keywords)
