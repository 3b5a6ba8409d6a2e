"""Those who use the lab: a browser each, with weights of its own once it has trained."""

import dataclasses
import secrets
import time
from typing import Any

from numpy.typing import NDArray

from legacy_cnn.errors import LegacyCnnError

#: Browsers that are known at once; the one that was away for longest is forgotten.
MOST_KNOWN = 500
#: Seconds after which the weights of a browser that is away may be dropped.
AWAY = 1800

State = dict[str, NDArray[Any]]


class FullError(LegacyCnnError):
    """As many browsers train as may."""


@dataclasses.dataclass
class Learner:
    """A browser, and what it has changed."""

    key: str  #: of its cookie
    seen: float = 0.0  #: when it last asked for something, of `time.monotonic`
    state: State | None = None  #: weights and Adam's slots; None are those that all begin with
    version: int = 0  #: changes with the state
    graph: str = "tutorial"  #: the graph that it trains
    step: int = 0  #: of its training

    def keep(self, state: State) -> None:
        """Takes weights as its own."""
        self.state = state
        self.version += 1

    def reset(self) -> None:
        """Goes back to the weights that all begin with."""
        self.state, self.graph, self.step = None, "tutorial", 0
        self.version += 1


class Learners:
    """All of them; `most` may have weights of their own."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: dict[str, Learner] = {}

    def new(self) -> Learner:
        """A browser that comes in."""
        if len(self._known) >= MOST_KNOWN:
            oldest = min(self._known.values(), key=lambda one: one.seen)
            del self._known[oldest.key]
        learner = Learner(secrets.token_urlsafe(24))
        self._known[learner.key] = learner
        return self._touched(learner)

    def of(self, key: str | None) -> Learner | None:
        """The browser with a cookie; None if it is not known."""
        learner = self._known.get(key or "")
        return self._touched(learner) if learner else None

    def make_room(self, learner: Learner) -> None:
        """Makes sure that a browser may have weights of its own.

        Raises:
          FullError: too many others have, and none of them is away.
        """
        own = [one for one in self._known.values() if one.state is not None and one is not learner]
        if learner.state is not None or len(own) < self.most:
            return
        oldest = min(own, key=lambda one: one.seen)
        if time.monotonic() - oldest.seen < AWAY:
            raise FullError(
                f"{self.most} browsers train already, as many as this lab has memory for. "
                "Ask one of them to reset."
            )
        oldest.reset()

    @property
    def training(self) -> int:
        """How many have weights of their own."""
        return sum(one.state is not None for one in self._known.values())

    @staticmethod
    def _touched(learner: Learner) -> Learner:
        learner.seen = time.monotonic()
        return learner
