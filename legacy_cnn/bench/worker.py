"""A contender's process: takes steps when it is asked to, and says how long each took.

    python -m legacy_cnn.bench.worker CONTENDER THREADS

A contender is the JSON of a `Contender`. Requests come line by line on stdin and replies go out on
stdout, each one JSON: `{"train": N}` asks for N steps, `{"evaluate": N}` for N passes through the
test set, `{"details": 1}` for what else there is. The first reply, without a request, comes after
the first step. What the contender itself prints goes to stderr.
"""

import contextlib
import json
import sys
import time
from typing import TYPE_CHECKING

from legacy_cnn.processes.conversation import Conversation, peak_memory, use_cores

if TYPE_CHECKING:
    from legacy_cnn.bench.contenders.loop import Loop

#: Of so many images the logits of one are sent.
COMPARED = 100


class Over(Exception):
    """No more steps are asked for."""


class Turns:
    """Counts and times the steps of a training loop, and stops it between the turns asked for.

    A turn begins with a step that is not timed: it refills the caches that others have used.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._started = False
        self._wanted = 0  # timed steps of this turn
        self._seconds: list[float] = []
        self._last: float | None = None  # when the step before ended; None at a turn's begin

    def after_step(self, seconds: float | None = None) -> None:
        """Must be called after each step; with its seconds, if they are others than have passed.

        Raises:
          Over: no more steps are asked for.
        """
        now = time.perf_counter()
        if not self._started:
            self._started = True
            self._conversation.reply(first_step=time.monotonic())
            return self._wait()
        if self._last is not None:
            self._seconds.append(now - self._last if seconds is None else seconds)
        self._last = now
        if len(self._seconds) == self._wanted:
            self._conversation.reply(seconds=self._seconds, memory=peak_memory())
            self._wait()

    def _wait(self) -> None:
        """Waits for the next turn."""
        wanted = self._conversation.next("train")
        if not wanted:
            raise Over
        self._wanted, self._seconds, self._last = wanted, [], None


def train(contender: "Loop", conversation: Conversation) -> None:
    """Trains for as many turns as are asked for."""
    with contextlib.suppress(Over):
        contender.train(Turns(conversation).after_step)


def evaluate(contender: "Loop", conversation: Conversation, passes: int | None) -> None:
    """Passes through the test set and sends the logits of every hundredth image.

    They tell whether all contenders compute the same.
    """
    import numpy as np

    from legacy_cnn.bench.contenders.sets import evaluation_set
    from legacy_cnn.randomness import initial_weights

    images, labels = evaluation_set()
    contender.initialise(initial_weights(seed=0))
    contender.warm_up(images)
    while passes:
        seconds = []
        for _ in range(passes):
            started = time.perf_counter()
            logits = contender.logits(images)
            accuracy = float(np.mean(logits.argmax(1) == labels))
            seconds.append(time.perf_counter() - started)
        conversation.reply(
            seconds=seconds,
            memory=peak_memory(),
            accuracy=accuracy,
            logits=logits[::COMPARED].astype(float).tolist(),
        )
        passes = conversation.next("evaluate")


def main(row: str, threads: str) -> None:
    """Runs a contender, the JSON of a row of `CONTENDERS`."""
    use_cores(int(threads))
    conversation = Conversation()
    from legacy_cnn.bench.contenders import Contender

    contender = Contender(**json.loads(row)).build()
    train(contender, conversation)
    if passes := conversation.next("evaluate"):
        evaluate(contender, conversation, passes)
    conversation.next("details")
    conversation.reply(details=contender.details())


if __name__ == "__main__":
    main(*sys.argv[1:])
