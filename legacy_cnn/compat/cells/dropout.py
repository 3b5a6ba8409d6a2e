"""`DropoutWrapper`, its operations counted as the release did."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.cells.core import CORE
from legacy_cnn.compat.op_rows import DROPOUT
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.settings.running import RELEASES

_DropoutWrapper: Any = CORE.DropoutWrapper


class DropoutWrapper(_DropoutWrapper):
    """Drops inputs, outputs and states of a cell."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        graph = tf.get_default_graph()
        before = graph.version
        super().__init__(*arguments, **keywords)
        if options.release() in RELEASES[:2]:  # they made no constants of keep probabilities
            more(before - graph.version)

    def _dropout(
        self, values: Any, salt_prefix: Any, recurrent_noise: Any, keep_prob: Any, *rest: Any
    ) -> Any:
        row, at = DROPOUT[isinstance(keep_prob, tf.Tensor)], RELEASES.index(options.release())
        more(row.inside[at])
        dropped = super()._dropout(values, salt_prefix, recurrent_noise, keep_prob, *rest)
        more(row.after[at] - row.inside[at])
        return dropped
