"""The part of a run's state that is not in the model."""

import dataclasses


@dataclasses.dataclass
class Progress:
    """How far a run is: with the state of the model, all of it."""

    step: int = 0
    epoch_loss: float = 0.0  # sum of the batch losses of the epoch under way, as the tutorial's
    epoch_correct: int = 0  # training images of that epoch that were right when they were seen
    epoch_seconds: float = 0.0  # of wall time, in that epoch
    seconds: float = 0.0  # of wall time, in all
    seconds_computing: float = 0.0  # of them, in Session.run or what stands for it
    epochs: list = dataclasses.field(default_factory=list)  # a dict for each completed epoch
