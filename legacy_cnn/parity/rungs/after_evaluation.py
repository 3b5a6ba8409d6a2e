"""What an evaluation leaves: a port may go on with its state, or move averages, as it predicts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.sides.side import State
from legacy_cnn.results.report import DIFFERENT, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Names a variable that `predict` or `evaluate` changes, if the reference leaves its own."""
    candidate = ground.candidate
    if not isinstance(candidate, KerasSide):
        return
    reference, state = ground.scenes[1].states
    images, batch = ground.batches[0].images, ground.as_given(ground.batches[0])
    ground.reference.predict(reference, images)
    own = _changed(reference, ground.reference.state())
    left = {"predict": candidate.after_predicting(state, batch.images)}
    if candidate.can_be_tested:
        left["evaluate"] = candidate.after_testing(state, batch)
    for method, after in left.items():
        changed = _changed(state, after)
        for group in (*ground.pairs.groups, *ground.slots):
            name = group.names[0]
            if changed.intersection(group.keys) and not own.intersection(_variables(ground, name)):
                label = name if isinstance(name, str) else name[1]
                note = f"{method} changes it, which an evaluation of the reference does not"
                yield Finding(label, DIFFERENT, note=note)
                return


def _changed(before: State, after: State) -> set[Any]:
    return {key for key, value in after.items() if not np.array_equal(value, before[key])}


def _variables(ground: Ground, name: Any) -> list[str]:
    """The reference's variable of a parameter, of a slot, or of what else a step changes."""
    reference = ground.reference
    if isinstance(name, str):
        return [reference.parameters[name]]
    return [name[1]] if name[0] == VALUE else [reference.slots[name]]
