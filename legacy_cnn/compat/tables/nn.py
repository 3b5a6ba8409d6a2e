"""`tensorflow.nn`."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.nn", real="tensorflow.compat.v1.nn")

TABLE.names(
    {
        "rnn_cell": "tf_keras.api._v1.keras.__internal__.legacy.rnn_cell",
    }
)
TABLE.names(
    {"rnn": "tf.nn.static_rnn", "bidirectional_rnn": "tf.nn.static_bidirectional_rnn"}, until="0.12"
)


@TABLE.serves(note="positional arguments are (logits, labels), as in 0.x")
def softmax_cross_entropy_with_logits(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """Takes `(logits, labels)` where they have no names: 1.x refused that, 0.x had this order."""
    names = ("logits", "labels", "name")
    return tf.nn.softmax_cross_entropy_with_logits(
        **dict(zip(names, arguments, strict=False)), **keywords
    )
