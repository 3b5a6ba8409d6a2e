"""Ports with a mistake planted in each, which the checker must catch where it was made, and equal
rewrites of the ports, which it must pass."""

from mutants import (
    data,
    dropout,
    eager_net,
    evaluation,
    gradients,
    loss,
    net,
    optimizer,
    rewrites,
    training,
    weights,
)
from mutants.parts import Mutant, compared

#: In the order of the ladder; the rewrites last.
MUTANTS = (
    *data.MUTANTS,
    *weights.MUTANTS,
    *net.MUTANTS,
    *eager_net.MUTANTS,
    *dropout.MUTANTS,
    *loss.MUTANTS,
    *gradients.MUTANTS,
    *optimizer.MUTANTS,
    *training.MUTANTS,
    *evaluation.MUTANTS,
    *rewrites.MUTANTS,
)

__all__ = ["MUTANTS", "Mutant", "compared"]
