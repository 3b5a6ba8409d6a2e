"""Parameters in layers that the port has frozen, by mistake perhaps.

Among variables that are not trained, a moving average looks like the scale of a frozen layer.
"""

from collections.abc import Callable, Sequence

from legacy_cnn.parity.arranging import scorer
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.pairing import Pairs, Variable


def settle(
    ground: Ground, variables: Sequence[Variable], pair: Callable[[Sequence[Variable]], Pairs]
) -> None:
    """Pairs anew without what the port never trains, if the layers agree better for it.

    Args:
      ground: its pairs are changed.
      variables: the candidate's.
      pair: pairs some of these with the parameters.
    """
    if all(variable.is_trained for variable in ground.pairs.parameters.values()):
        return
    never = ground.candidate.never_trained()
    others = pair([variable for variable in variables if variable.key not in never])
    if not never or others.misfits or others.missing:
        return
    score, first = scorer(ground), ground.pairs
    most = score()
    if most < 1:
        ground.pairs = others
        if score() <= most:
            ground.pairs = first
