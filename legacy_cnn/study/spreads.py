"""Statistics over seeds, and where the value of a published run lies among them."""

from collections.abc import Sequence

import numpy as np

from legacy_cnn.results.study import Accuracies, Place, Spread


def spread(values: Sequence[float]) -> Spread:
    """Returns the statistics of a quantity over seeds.

    Args:
      values: one for each seed.
    """
    return Spread(
        mean=float(np.mean(values)),
        deviation=float(np.std(values, ddof=1)) if len(values) > 1 else None,
        least=float(min(values)),
        most=float(max(values)),
    )


def accuracies(values: Sequence[float]) -> Accuracies:
    """Returns the statistics of accuracies over seeds, and the values themselves."""
    return Accuracies(**vars(spread(values)), by_seed=tuple(values))


def place(value: float, values: Sequence[float]) -> Place:
    """Returns where the value of a published run lies among the study's own.

    Args:
      value: the published one.
      values: the study's, one for each seed.
    """
    own = spread(values)
    return Place(
        value=value,
        below=sum(other < value for other in values),
        of=len(values),
        within=own.least <= value <= own.most,
        deviations=(value - own.mean) / own.deviation if own.deviation else None,
    )
