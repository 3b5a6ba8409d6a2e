"""Matches the variables of a candidate to the parameters of the reference."""

from collections.abc import Mapping

from legacy_cnn.errors import ParityError, WeightsError
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.weights.matching import Expected, Shape, match

_HINT = 'Name it in mapping: {{"candidate": {{"{name}": "..."}}}}.'


def match_parameters(
    names: GraphNames,
    shapes: Mapping[str, Shape],
    other_names: Mapping[str, tuple[str, ...]],
    variables: Mapping[str, Shape],
    candidate: str,
    mapping: Mapping[str, str],
) -> dict[str, str]:
    """Finds the counterpart of each parameter, as `weights.matching.match` does.

    Args:
      names: the reference's names.
      shapes: dict from each parameter to its shape.
      other_names: dict from each parameter to its names in other programs.
      variables: dict from the name of a variable of the candidate to its shape.
      candidate: its name, for messages.
      mapping: dict from parameters to names of variables.

    Returns:
      Dict from each parameter to the name of its variable.

    Raises:
      ParityError: a parameter has no counterpart.
    """
    parameters = {name: Expected(shapes[name], other_names[name]) for name in names.parameters}
    try:
        return match(parameters, variables, candidate, mapping, _HINT)
    except WeightsError as error:
        raise ParityError(str(error), *error.arguments) from error
