"""Workers that do not wait for one another, as most programs of 2017 had them.

Each worker takes whole batches, computes gradients from the weights that it finds, and updates
the variables whatever others have done to them meanwhile. Here, all of them share one sequence of
batches, and stop together where the chief saves the state.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.cluster.board import SCOPE, News, Token, as_token, variable
from legacy_cnn.cluster.replica import Replica
from legacy_cnn.errors import LegacyCnnError, RunError
from legacy_cnn.processes import leaving
from legacy_cnn.programs.program import Inputs, Step

#: Of a queue that takes whatever comes.
_UNLIMITED = -1


class Asynchronous(Replica):
    """One worker of those that take steps on their own.

    The chief's token names the step before which they are to stop. The label of a worker is the
    step that it takes now, or is to take when it may: a restarted worker takes the same.
    """

    _kind = "asynchronous"
    _interval = 0.02  # nobody waits for the chief

    def _wrap(self) -> None:
        own, workers = self._place.task, range(len(self._place.workers))
        with tf.device("/job:ps/task:0"), tf.name_scope(SCOPE):
            steps = tf.FIFOQueue(_UNLIMITED, [tf.int64], [[2]], shared_name="steps")
            done = tf.FIFOQueue(_UNLIMITED, [tf.int64, tf.float32], [[3], []], shared_name="done")
            updates = variable("updates", tf.zeros([], tf.int64))
            self._updates = updates.read_value()
            pauses = [variable(f"pause_{number}", tf.zeros([2], tf.int64)) for number in workers]
            self._pauses = [pause.read_value() for pause in pauses]
            self._pause = pauses[own].assign(self.board.given_token, read_value=False)
            self._given_steps = tf.placeholder(tf.int64, [None, 2])
            self._offer = steps.enqueue_many([self._given_steps])
            self._size, self._number = done.size(), tf.placeholder(tf.int32, [])
            self._taken = done.dequeue_many(self._number)
            self._claim = self.board.labels[own].assign(steps.dequeue(), read_value=False)
            self._given = tf.placeholder(tf.int64, [3])  # step, right, updates read
            self._given_loss = tf.placeholder(tf.float32, [])
            with tf.control_dependencies([self._ends.optimizer]):
                missed = updates.read_value() - self._given[2]
                facts = tf.concat([self._given[:2], [missed]], 0)
            with tf.control_dependencies([facts]):
                counted = updates.assign_add(1, read_value=False)
                claimed = self.board.labels[own].assign(steps.dequeue(), read_value=False)
            # Last: who is killed before it has been told of no step twice.
            with tf.control_dependencies([counted, claimed]):
                self._update = done.enqueue([facts, self._given_loss])
        self._paused: Token | None = None  # this worker has said that it has stopped there

    def due(self, news: News) -> Token | None:
        label = news.labels[self._place.task]
        if label.generation != news.token.generation:
            self._session.run(self._claim)
            return None
        if label.step < news.token.step:
            return label
        if self._paused != news.token:
            self._session.run(self._pause, {self.board.given_token: news.token})
            self._paused = news.token
        return None

    def contribute(self, token: Token, inputs: Inputs) -> None:
        feed = dict(zip(self._placeholders, inputs, strict=True))
        computed = [[*self.gradients.values()], self._ends.cost, self._correct]
        (gradients, loss, correct), updates = self._session.run([computed, self._updates], feed)
        facts = {self._given: [token.step, correct, updates], self._given_loss: loss}
        self._session.run(self._update, {**self._fed(gradients), **facts})

    def begin(self, step: int, pause: Callable[[int], int], stop: Callable[[], bool]) -> None:
        self._next_pause, self._until, self._offered = pause, step, step
        self._results: dict[int, tuple[Step, int]] = {}
        super().begin(step, pause, stop)

    def state(self) -> dict[str, Any]:
        if self._session.is_watched and self._count < self._until:  # a run that is interrupted
            self._stop_all()
        return super().state()

    def _step(self, inputs: Inputs) -> Step:
        """What the worker that has taken the step has told of it."""
        if self._count == self._until:
            self._go_on()
        began = time.monotonic()
        while self._count not in self._results:
            self._collect()
            self._wait(began, lambda: f"{self._behind()} has given nothing")
        self._count += 1
        step, self.staleness = self._results.pop(self._count - 1)
        return step

    def _go_on(self) -> None:
        """Lets the workers take steps until the next pause.

        Each can claim one more, which it takes after the pause: nobody waits for a step to claim.
        """
        self._until = self._next_pause(self._count)
        most = self._until + len(self._place.workers)
        steps = [self._token(step) for step in range(self._offered, most)]
        self._session.run(self._offer, {self._given_steps: steps})
        self._offered = most
        self._publish(self._token(self._until))

    def _stop_all(self) -> None:
        self._publish(token := self._token(0))  # which no pause has named before
        began = time.monotonic()
        while working := self._working(token):
            if time.monotonic() - began > self._place.patience:
                raise RunError(
                    f"Worker {working[0]} has not stopped for {self._place.patience:g} seconds; "
                    f"the run ends at its last checkpoint."
                )
            time.sleep(self._interval)

    def _working(self, token: Token) -> list[int]:
        """The workers of this run that have not said that they have stopped there."""
        labels, pauses = self.news().labels, map(as_token, self._session.run(self._pauses))
        return [
            number
            for number, (label, pause) in enumerate(zip(labels, pauses, strict=True))
            if label.generation == token.generation and pause != token
        ]

    def _behind(self) -> str:
        """The worker that has the step for which the chief waits."""
        labels = self.news().labels
        steps = [label.step if label.generation else self._count for label in labels]
        return f"Worker {steps.index(min(steps))}"

    def _collect(self) -> None:
        """Takes what workers have told of their steps."""
        if not (size := self._session.run(self._size)):
            return
        told, losses = self._session.run(self._taken, {self._number: size})
        for (step, correct, missed), loss in zip(told, losses, strict=True):
            if step >= self._count:
                self._results[int(step)] = Step(float(loss), int(correct)), int(missed)


@contextlib.contextmanager
def beside(
    work: Callable[[Callable[[], bool]], None], patience: float, warn: Callable[[str], object]
) -> Iterator[None]:
    """Works, in the block, in a thread: the chief's process takes steps of its own, too.

    Args:
      work: is called with what says when it is to end.
      patience: seconds that it may take for that: Python must not end under TensorFlow.
      warn: called with a sentence if it fails.
    """
    ending = threading.Event()

    def run() -> None:
        try:
            work(ending.is_set)
        except LegacyCnnError as error:
            warn(f"The chief's own worker has ended: {error}")

    thread = threading.Thread(target=run, daemon=True)
    with leaving.behind(thread):
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join(patience)
