"""The tutorial's graph on a cluster: its variables on parameter servers, its gradients averaged.

Nothing is added between the graph's own nodes. A worker fetches the gradients that the graph
computes of its part of a batch and keeps them on the parameter servers; the chief feeds their mean
in the place of its own, and runs the graph's own Adam step.
"""

import itertools
import json
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.cluster.board import COLLECTION, INTERVAL, SCOPE, Board, News, Signal, Token
from legacy_cnn.cluster.board import variable as board_variable
from legacy_cnn.cluster.connection import Session
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.waiting import Lost
from legacy_cnn.errors import RunError
from legacy_cnn.programs.graph import GraphProgram
from legacy_cnn.programs.program import Inputs, Options, Step

#: Adam's operations of two generations of variables, and which of their inputs is the gradient.
_UPDATES, _GRADIENT = ("ApplyAdam", "ResourceApplyAdam"), 9


class Replica(GraphProgram):
    """One worker's graph; that of the chief trains with all of them."""

    _session: Session

    def __init__(
        self,
        options: Options,
        place: Place,
        target: str,
        told: dict[str, Any] | None = None,
        **parts: Callable[..., Any],
    ) -> None:
        """Builds the graph and opens a session.

        Args:
          options: what it is built with.
          place: which worker this is.
          target: of its server.
          told: what the chief tells the workers.
          **parts: as for `GraphProgram`.

        Raises:
          Lost: a parameter server does not answer.
        """
        self._place, self._target, self._told = place, target, told or {}
        self._count = 0  # steps that have led to the state
        self._device = tf.train.replica_device_setter(
            cluster=tf.train.ClusterSpec(place.spec()), worker_device=place.device
        )
        super().__init__(options, **parts)

    def _new_session(self) -> Session:
        with self.graph.as_default():
            self.board = Board(self._place)
            self._wrap()
        return Session.open(self.graph, self._place, self._target)

    def _wrap(self) -> None:
        """Adds, beside the tutorial, what brings gradients together."""
        updates = updates_of(self.graph)
        self.gradients = gradients_of(self.graph)
        correct = tf.count_nonzero(self._ends.correct, dtype=tf.int64)
        computed = [*self.gradients.values(), self._ends.cost, correct]
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
        self._reset = tf.variables_initializer(self.graph.get_collection(COLLECTION))
        self._shares = tf.placeholder(tf.float32, [len(numbers)])
        *means, counts = kept
        self._correct = [count.read_value() for count in counts]
        self.averaged = [_mean(slots, self._shares) for slots in means]

    def begin(self, step: int) -> None:
        """Tells the workers about the run, in whose state the variables are now."""
        board = self.board
        self._session.unwatch()
        self._session.run(self._reset)
        self._session.run(board.tell, {board.given_text: json.dumps(self._told)})
        self._count, generation = step, secrets.randbelow(2**62) + 1
        self._publish(Token(generation, Signal.PREPARING))
        self._session.watch(generation, board.token, board.beat)

    def end(self) -> None:
        """Tells everybody that the run has ended."""
        self._publish(Token(self._session.generation, Signal.ENDED))

    def news(self) -> News:
        """What the board says."""
        return self.board.read(self._session.run(self.board.news))

    def next_token(self) -> Token:
        """The token of the next step."""
        return Token(self._session.generation, self._count)

    def contribute(self, token: Token, inputs: Inputs) -> None:
        """Computes the gradients of this worker's part of a batch, and keeps them for the chief.

        Args:
          token: of the step.
          inputs: of the whole batch.
        """
        first, last = part(len(inputs.images), len(self._place.workers), self._place.task)
        images, labels, keep_prob, noise = inputs
        rows = images[first:last], labels[first:last], keep_prob, noise[first:last]
        feed = dict(zip(self._placeholders, rows, strict=True))
        self._session.run(self._give, {**feed, self.board.given_token: token})

    def gathered(self, size: int) -> tuple[list[NDArray[np.float32]], float, int]:
        """The mean gradients of a batch of that size, its loss, and the images that were right."""
        numbers = range(workers := len(self._place.workers))
        rows = [last - first for first, last in (part(size, workers, one) for one in numbers)]
        shares = np.array(rows, np.float32) / np.float32(size)
        fetches = [self.averaged, self._correct]
        (*gradients, loss), correct = self._session.run(fetches, {self._shares: shares})
        return gradients, float(loss), int(sum(correct))

    def apply(self, gradients: Sequence[NDArray[np.float32]]) -> None:
        """Takes the tutorial's Adam step, with these gradients in the place of its own."""
        feed = dict(zip(self.gradients.values(), gradients, strict=True))
        self._session.run(self._ends.optimizer, feed)

    def _step(self, inputs: Inputs) -> Step:
        self._publish(token := self.next_token())
        self.contribute(token, inputs)
        self._wait_for_all(token)
        gradients, loss, correct = self.gathered(len(inputs.images))
        self.apply(gradients)
        self._count += 1
        return Step(loss, correct)

    def _publish(self, token: Token) -> None:
        self._session.run(self.board.publish, {self.board.given_token: token})

    def _wait_for_all(self, token: Token) -> None:
        began = time.monotonic()
        while missing := [n for n, label in enumerate(self.news().labels) if label != token]:
            if time.monotonic() - began > self._place.patience:
                raise RunError(
                    f"Worker {missing[0]} has given nothing for {self._place.patience:g} seconds: "
                    f"start it again, and resume the run."
                )
            time.sleep(INTERVAL)

    def __exit__(self, *exception: object) -> None:
        if self._session.generation and not isinstance(exception[1], Lost):
            self.end()
        super().__exit__(*exception)


def updates_of(graph: tf.Graph) -> list[tf.Operation]:
    """Adam's operations, one for each parameter."""
    return [op for op in graph.get_operations() if op.type in _UPDATES]


def gradients_of(graph: tf.Graph) -> dict[str, tf.Tensor]:
    """The gradients that Adam takes, by the names of the variables' operations."""
    return {op.inputs[0].op.name: op.inputs[_GRADIENT] for op in updates_of(graph)}


def part(size: int, workers: int, number: int) -> tuple[int, int]:
    """The rows of a batch that a worker takes, first and last + 1: of 100, 34, 33 and 33."""
    ends = [*itertools.accumulate((size + workers - 1 - one) // workers for one in range(workers))]
    return (ends[number - 1] if number else 0), ends[number]


def _kept(name: str, shape: Any, value: tf.Tensor, device: str) -> tf.Variable:
    """A variable of the cluster for a value."""
    with tf.device(device), tf.name_scope(SCOPE):
        return board_variable(name, tf.zeros(shape, value.dtype))


def _mean(slots: list[tf.Variable], shares: tf.Tensor) -> tf.Tensor:
    """The sum, each with its share, always in the order of the workers."""
    with tf.device(slots[0].device), tf.name_scope(SCOPE):
        return tf.add_n([shares[one] * slot.read_value() for one, slot in enumerate(slots)])
