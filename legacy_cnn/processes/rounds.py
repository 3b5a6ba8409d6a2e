"""Workers in interleaved rounds: each takes one turn of a few steps in every round.

A change in the machine's speed then affects all of them equally.
"""

import contextlib
import random
from collections.abc import Callable, Container, Iterable
from typing import Any, Self

from legacy_cnn.errors import BenchError
from legacy_cnn.processes.worker import Worker

Reply = dict[str, Any]

#: By a worker's name: "seconds" of its steps, a tuple for each round, and what else its last reply
#: has.
Measured = dict[str, Reply]


class Rounds:
    """Workers that have not failed, in a context manager that ends them."""

    def __init__(self, needed: Container[str], watch: Callable[[str], object]) -> None:
        """Begins without workers.

        Args:
          needed: names of the workers without which there is no result: what they raise is raised.
            Any other worker that fails is left out.
          watch: called with a text about the progress.
        """
        self.failed: dict[str, str] = {}  #: worker that was left out -> why
        self._needed, self._watch = needed, watch
        self._workers: dict[str, Worker] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        if any(exception):
            for worker in self._workers.values():
                worker.terminate()  # all at once, as each may take a while
        self._stack.__exit__(*exception)

    @property
    def names(self) -> list[str]:
        """The names of the workers that take part."""
        return list(self._workers)

    def start(self, name: str, worker: Worker, warm_up: int) -> Reply:
        """Adds a worker that was just started, and warms it up.

        Args:
          name: what it is called in requests and results.
          worker: the process.
          warm_up: steps that it takes before any that count.

        Returns:
          Its first reply; an empty one if it has failed.
        """
        self._workers[name] = self._stack.enter_context(worker)
        first = self._reply(name, worker.reply)
        if first:
            self.ask(name, train=warm_up)
        return first

    def ask(self, name: str, **request: Any) -> Reply:
        """Returns a worker's reply to a request; an empty one if it has failed."""
        if name in self.failed:
            return {}
        return self._reply(name, lambda: self._workers[name].ask(**request))

    def end(self, name: str) -> None:
        """Ends a worker that has done its part, which frees its memory."""
        if worker := self._workers.pop(name, None):
            worker.close()

    def take(self, part: str, rounds: int, names: Iterable[str], **request: Any) -> Measured:
        """Asks workers in turn, in a new order in every round.

        Args:
          part: what is measured, for `watch`.
          rounds: number of rounds.
          names: the workers' names.
          **request: what each is asked for.

        Returns:
          What was measured of the workers that have not failed.
        """
        names, shuffled = list(names), random.Random(0)
        measured: Measured = {}
        for number in range(rounds):
            self._watch(f"{part}: round {number + 1} of {rounds}")
            for name in shuffled.sample(names, len(names)):
                reply = self.ask(name, **request)
                if reply:
                    before = measured.get(name, {"seconds": ()})["seconds"]
                    measured[name] = {**reply, "seconds": (*before, tuple(reply["seconds"]))}
        return {name: measured[name] for name in names if name in self._workers}

    def _reply(self, name: str, get: Callable[[], Reply]) -> Reply:
        try:
            return get()
        except BenchError as error:
            if name in self._needed:
                raise
            self.failed[name] = str(error)
            del self._workers[name]
            return {}
