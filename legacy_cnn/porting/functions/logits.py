"""What a cross-entropy takes for logits, which may be probabilities already."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, source
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope

_RESHAPING = (*PASSING, "Reshape", "Squeeze", "ExpandDims")
#: What Keras' cross-entropies leave out where they are given its result.
_LEFT_OUT = ("Sigmoid", "Softmax")


def are_probabilities(tensor: tf.Tensor) -> bool:
    """Whether logits are what a softmax or a sigmoid gives: a loss applies one once more."""
    return source(tensor, _RESHAPING).type in _LEFT_OUT


def logits_of(scope: Scope, tensor: tf.Tensor) -> Expr:
    """The logits of a loss: a copy where Keras would take what comes before an activation."""
    value = scope.value(tensor)
    if not are_probabilities(tensor):
        return value
    said = "probabilities: Keras would leave the activation out, but not that of a copy"
    copied = expressions.call("ops.copy", value)
    return scope.assign(tensor, copied.text, "logits", comment=said)


ROWS: dict[str, Row] = {}
