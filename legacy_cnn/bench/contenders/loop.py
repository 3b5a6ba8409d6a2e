"""What a contender does: it trains until it is stopped, and evaluates."""

import abc
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: More epochs than any measurement lasts.
FOREVER = 10**6


class AfterStep(Protocol):
    """Is called after each step; with its seconds, if they are others than have passed."""

    def __call__(self, seconds: float | None = None) -> None: ...


class Loop(abc.ABC):
    """The network in one library, with the training loop and the evaluation that its users have."""

    @abc.abstractmethod
    def train(self, after_step: AfterStep) -> None:
        """Trains until `after_step` raises."""

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Readies the evaluation with weights by the vocabulary."""
        raise NotImplementedError

    def warm_up(self, images: NDArray[np.float32]) -> None:
        """Does once what is timed later."""
        self.logits(images)

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits `(n, 10)`, with the dropout off, of images `(n, 784)` in 0.0-1.0."""
        raise NotImplementedError

    def details(self) -> dict[str, Any] | None:
        """Further figures, for JSON."""
        return None
