"""One queue for all work of the lab: a job at a time, in a thread of its own."""

import collections
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from legacy_cnn.errors import LegacyCnnError

#: Jobs of one browser that may wait at once.
MOST_WAITING = 4


class BusyError(LegacyCnnError):
    """A browser asks for more than may wait."""


class Job:
    """A piece of work of one browser."""

    def __init__(self, owner: str, call: Callable[[], Any]) -> None:
        self.owner, self.call = owner, call
        self.future: Future[Any] = Future()


class Queue:
    """Does jobs in the order in which they come, and something else while there is none."""

    def __init__(self, spare: Iterator[object]) -> None:
        """Starts the thread, which ends with the process.

        Args:
          spare: does a small part of other work each time it is asked for one.
        """
        self._spare: Iterator[object] | None = spare
        self._waiting: collections.deque[Job] = collections.deque()
        self._changed = threading.Condition()
        self.failure: BaseException | None = None  #: of the other work
        threading.Thread(target=self._work, name="lab", daemon=True).start()

    def submit(self, owner: str, call: Callable[[], Any]) -> Job:
        """Adds a job.

        Raises:
          BusyError: the owner has as many jobs waiting as it may.
        """
        with self._changed:
            if sum(job.owner == owner for job in self._waiting) >= MOST_WAITING:
                raise BusyError("This browser has enough work waiting; wait for an answer first.")
            self._waiting.append(job := Job(owner, call))
            self._changed.notify()
        return job

    def place(self, job: Job) -> int:
        """How many jobs come before one; 0 is being done, or done."""
        with self._changed:
            try:
                return self._waiting.index(job) + 1
            except ValueError:
                return 0

    def _work(self) -> None:
        while True:
            job = self._next()
            if job is None:
                self._go_on()
            elif job.future.set_running_or_notify_cancel():
                try:
                    job.future.set_result(job.call())
                except BaseException as error:
                    job.future.set_exception(error)

    def _next(self) -> Job | None:
        """The next job; None if there is none, and other work to do."""
        with self._changed:
            while not self._waiting and self._spare is None:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _go_on(self) -> None:
        assert self._spare is not None
        try:
            next(self._spare)
        except StopIteration:
            self._spare = None
        except BaseException as error:
            self._spare, self.failure = None, error
