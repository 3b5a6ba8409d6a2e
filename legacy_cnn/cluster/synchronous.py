"""Workers that share a batch: their gradients are averaged, and one Adam step is taken of them.

Each worker keeps the gradients of its part on the parameter servers; the chief feeds their mean in
the place of the graph's own.
"""

import itertools
import time
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.cluster.board import SCOPE, News, Token
from legacy_cnn.cluster.board import variable as board_variable
from legacy_cnn.cluster.replica import Replica, updates_of
from legacy_cnn.programs.program import Inputs, Step


class Synchronous(Replica):
    """One worker of those that take every step together."""

    _kind = "synchronous"

    def _wrap(self) -> None:
        updates = updates_of(self.graph)
        computed = [*self.gradients.values(), self._ends.cost, self._correct]
        devices = [op.inputs[0].device for op in updates] + 2 * ["/job:ps/task:0"]
        shapes = [op.inputs[0].op.get_attr("shape") for op in updates] + 2 * [[]]
        numbers = range(len(self._place.workers))
        kept = [
            [_kept(f"given_{number}_{index}", *one) for number in numbers]
            for index, one in enumerate(zip(shapes, computed, devices, strict=True))
        ]
        own = self._place.task
        assigned = [
            slots[own].assign(value, read_value=False)
            for slots, value in zip(kept, computed, strict=True)
        ]
        with tf.device("/job:ps/task:0"), tf.control_dependencies(assigned):
            label = self.board.labels[own]
            self._give = label.assign(self.board.given_token, read_value=False)
        self._rows = tf.placeholder(tf.float32, [len(numbers)])
        *means, counts = kept
        self._counts = [count.read_value() for count in counts]
        self._averaged = [_mean(slots, self._rows) for slots in means]

    def due(self, news: News) -> Token | None:
        return news.token if news.token != news.labels[self._place.task] else None

    def next_token(self) -> Token:
        """The token of the next step."""
        return self._token(self._count)

    def contribute(self, token: Token, inputs: Inputs) -> None:
        first, last = part(len(inputs.images), len(self._place.workers), self._place.task)
        images, labels, keep_prob, noise = inputs
        rows = images[first:last], labels[first:last], keep_prob, noise[first:last]
        feed = dict(zip(self._placeholders, rows, strict=True))
        self._session.run(self._give, {**feed, self.board.given_token: token})

    def gathered(self, size: int) -> tuple[list[NDArray[np.float32]], float, int]:
        """The mean gradients of a batch of that size, its loss, and the images that were right."""
        numbers = range(workers := len(self._place.workers))
        rows = [last - first for first, last in (part(size, workers, one) for one in numbers)]
        fetches = [self._averaged, self._counts]
        (*gradients, loss), counts = self._session.run(fetches, {self._rows: rows})
        return gradients, float(loss), int(sum(counts))

    def _step(self, inputs: Inputs) -> Step:
        self._publish(token := self.next_token())
        self.contribute(token, inputs)
        self._wait_for_all(token)
        gradients, loss, correct = self.gathered(len(inputs.images))
        self.apply(gradients)
        self._count += 1
        return Step(loss, correct)

    def _wait_for_all(self, token: Token) -> None:
        began = time.monotonic()
        while missing := [n for n, label in enumerate(self.news().labels) if label != token]:
            self._wait(began, lambda: f"Worker {missing[0]} has given nothing")


def part(size: int, workers: int, number: int) -> tuple[int, int]:
    """The rows of a batch that a worker takes, first and last + 1: of 100, 34, 33 and 33."""
    ends = [*itertools.accumulate((size + workers - 1 - one) // workers for one in range(workers))]
    return (ends[number - 1] if number else 0), ends[number]


def _kept(name: str, shape: Any, value: tf.Tensor, device: str) -> tf.Variable:
    """A variable of the cluster for a value."""
    with tf.device(device), tf.name_scope(SCOPE):
        return board_variable(name, tf.zeros(shape, value.dtype))


def _mean(slots: list[tf.Variable], rows: tf.Tensor) -> tf.Tensor:
    """The mean over all rows, always in the order of the workers.

    It multiplies by whole numbers and divides once: a share such as 33/100 is no float32, and would
    give all elements the same error.
    """
    with tf.device(slots[0].device), tf.name_scope(SCOPE):
        total = tf.add_n([rows[one] * slot.read_value() for one, slot in enumerate(slots)])
        return total / tf.reduce_sum(rows)
