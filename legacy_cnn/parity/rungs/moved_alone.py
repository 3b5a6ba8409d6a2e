"""What a step of the port moves and its predictions read, where no step of the reference does.

A batch normalisation of a script that never runs `UPDATE_OPS` predicts with its first averages.
Those of a port that moves them are paired with nothing: no step of the reference changes them.
"""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, Finding

NOTE = "a step of the port moves it and its predictions read it; no step of the reference does"
#: A script may run what moves its averages by itself, which no step shows.
APART = "a step of the port moves it; the script's step does not, but another run of it may"


def findings(ground: Ground) -> Iterator[Finding]:
    """Names the first such variable."""
    candidate, state = ground.candidate, ground.scenes[1].states[1]
    if not isinstance(candidate, KerasSide) or not candidate.is_trainable:
        return
    after = candidate.step(state, ground.as_given(ground.batches[0]))
    groups = (*ground.pairs.groups, *ground.slots)
    paired = {key for group in groups for key in group.keys}
    counterparts = _unpaired(ground)
    for key in candidate.read_by_predictions:
        before = np.asarray(state.get(key))
        is_moved = before.dtype.kind == "f" and not np.array_equal(before, after[key])
        if is_moved and key not in paired and before.shape not in counterparts:
            label = candidate.label(key)
            if ground.reference.recorded is None:
                yield Finding(label, DIFFERENT, note=NOTE)
            else:
                yield Finding(label, NOT_COMPARED, note=APART)
            return


def _unpaired(ground: Ground) -> set[tuple[int, ...]]:
    """The shapes of what the reference's step moves and that has no counterpart."""
    reference, first = ground.reference, ground.reference.beginning()
    named = {name for group in ground.slots for name in group.names if not isinstance(name, str)}
    paired = {name for what, name in named if what == VALUE} | set(reference.parameters.values())
    return {first[op].shape for op in reference.updates if op in first and op not in paired}
