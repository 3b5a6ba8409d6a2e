"""The moving averages that a graph predicts with, and the variables of a port that hold them."""

from typing import Any

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import pairing
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.updates import closure


def averages_of(ground: Ground, mapping: dict[str, str]) -> dict[Any, Array]:
    """The candidate's variable -> what the reference predicts with beside its parameters.

    Raises:
      ParityError: one has no counterpart.
    """
    reference = ground.reference
    state = reference.beginning()
    needed = {op.name for op in closure([reference.output.op])}
    parameters = set(reference.parameters.values())
    wanted = {
        name: value
        for name, value in state.items()
        if name in needed and name not in parameters and value.dtype.kind == "f"
    }
    learned = [group for group in ground.slots if all(n[0] == VALUE for n in group.names)]
    found: dict[Any, Array] = {}
    for group in learned:
        values = {name: state[name[1]] for name in group.names}
        found.update(group.there(values))
        for name in group.names:
            wanted.pop(name[1], None)
    if wanted:
        found.update(_paired(ground, wanted, mapping, set(found)))
    return found


def _paired(
    ground: Ground, wanted: dict[str, Array], mapping: dict[str, str], taken: set[Any]
) -> dict[Any, Array]:
    """By name, by shape, and by order of use."""
    candidate = ground.candidate
    taken = taken | set(ground.keys_of_parameters)
    free = [v for v in candidate.variables_for_parameters() if v.key not in taken]
    names = {name: (name.rpartition("/")[2],) for name in wanted}
    shapes = {name: value.shape for name, value in wanted.items()}
    pairs = pairing.pair(shapes, names, free, mapping, candidate.name)
    lacking = [*pairs.missing, *pairs.misfits]
    if lacking:
        raise ParityError(
            f"{candidate.name} has no variable for {', '.join(lacking)}, which predictions of the "
            f"graph are computed from: a moving average, of BatchNormalization for example."
        )
    return {
        variable.key: pairs.layouts[name].there(wanted[name])
        for name, variable in pairs.parameters.items()
    }
