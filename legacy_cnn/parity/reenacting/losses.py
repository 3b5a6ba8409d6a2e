"""What explains that the loss differs."""

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reenacting import labels, loss_kinds, terms
from legacy_cnn.parity.reenacting.loss_trial import LossTrial
from legacy_cnn.parity.reenacting.trial import REFUSED


def cause_of(ground: Ground) -> str:
    """Names the mistake with which the reference has the candidate's loss, or ""."""
    try:
        trial = LossTrial(ground)
    except REFUSED:
        return ""
    if len(trial.points) < 2:
        return ""
    parts = (terms.mistakes, labels.mistakes, loss_kinds.mistakes, terms.added)
    for part in parts:
        try:
            for words, losses in part(trial):
                if trial.explains(losses):
                    return words
        except REFUSED:
            continue
    return ""
