"""What a step of the port moves and its predictions read, where no step of the reference does.

A batch normalisation of a script that never runs `UPDATE_OPS` predicts with its first averages.
Those of a port that moves them are paired with nothing: no step of the reference changes them.
"""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.results.report import DIFFERENT, Finding

NOTE = "a step of the port moves it and its predictions read it; no step of the reference does"


def findings(ground: Ground) -> Iterator[Finding]:
    """Names the first such variable."""
    candidate, state = ground.candidate, ground.scenes[1].states[1]
    if not isinstance(candidate, KerasSide) or not candidate.is_trainable:
        return
    after = candidate.step(state, ground.as_given(ground.batches[0]))
    groups = (*ground.pairs.groups, *ground.slots)
    paired = {key for group in groups for key in group.keys}
    for key in candidate.read_by_predictions:
        before = np.asarray(state.get(key))
        is_moved = before.dtype.kind == "f" and not np.array_equal(before, after[key])
        if is_moved and key not in paired:
            yield Finding(candidate.label(key), DIFFERENT, note=NOTE)
            return
