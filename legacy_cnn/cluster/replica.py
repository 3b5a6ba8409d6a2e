"""The tutorial's graph on a cluster: its variables are on parameter servers.

Nothing is added between the graph's own nodes. `synchronous` and `asynchronous` say what the
workers of a cluster do with its gradients.

Each life of a chief has variables of its own, a generation, in a `tf.container`. A worker that
still computes for an earlier life writes to variables that nobody reads any more.
"""

import abc
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.cluster.board import COLLECTION, INTERVAL, Board, News, Signal, Token
from legacy_cnn.cluster.connection import SOON, Session
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.waiting import Lost
from legacy_cnn.errors import RunError
from legacy_cnn.programs.graph import GraphProgram
from legacy_cnn.programs.program import Inputs, Options, StepGivenUp

#: Adam's operations of two generations of variables, and which of their inputs is the gradient.
_UPDATES, _GRADIENT = ("ApplyAdam", "ResourceApplyAdam"), 9


class Replica(GraphProgram):
    """One worker's graph; that of the chief trains with all of them."""

    _session: Session
    _kind: str  #: of its workers
    _has_warned = False  #: of a worker that lets it wait
    _interval = INTERVAL  #: seconds between two looks of a chief that waits

    def __init__(
        self,
        options: Options,
        place: Place,
        target: str,
        told: dict[str, Any] | None = None,
        generation: int = 0,
        **parts: Callable[..., Any],
    ) -> None:
        """Builds the graph and opens a session.

        Args:
          options: what it is built with.
          place: which worker this is.
          target: of its server.
          told: what the chief tells the workers.
          generation: of the variables; 0 makes new ones, for the chief.
          **parts: as for `GraphProgram`.
        """
        self._place, self._target, self._told = place, target, told or {}
        self.cluster = f"of {len(place.ps)} ps and {len(place.workers)} {self._kind} workers"
        self.warn: Callable[[str], object] = lambda text: None  #: called with what is noteworthy
        self.generation = generation or secrets.randbelow(2**62) + 1
        self._container = str(self.generation)
        self._begun = self._count = 0  # steps that have led to the state, at first and now
        self._device = tf.train.replica_device_setter(
            cluster=tf.train.ClusterSpec(place.spec()), worker_device=place.device
        )
        super().__init__(options, **parts)

    def _new_session(self) -> Session:
        with self.graph.as_default():
            self.board = Board(self._place)
            #: By the names of the variables' operations.
            self.gradients = gradients_of(self.graph)
            self._correct = tf.count_nonzero(self._ends.correct, dtype=tf.int64)
            with tf.container(self._container):
                self._wrap()
            self._reset = tf.variables_initializer(self.graph.get_collection(COLLECTION))
        return Session(self.graph, self._place, self._target)

    @abc.abstractmethod
    def _wrap(self) -> None:
        """Adds, beside the tutorial, what brings the workers' gradients to the variables."""

    @abc.abstractmethod
    def due(self, news: News) -> Token | None:
        """The step for which this worker is to contribute now."""

    @abc.abstractmethod
    def contribute(self, token: Token, inputs: Inputs) -> None:
        """Computes this worker's gradients for a step.

        Args:
          token: of the step.
          inputs: of the step's whole batch.

        Raises:
          Lost: a process of the cluster is gone.
        """

    def begin(self, step: int, pause: Callable[[int], int], stop: Callable[[], bool]) -> None:
        """Tells the workers about the run, in whose state the variables are now."""
        board, self._stop = self.board, stop
        self._begun = self._count = step
        self._session.unwatch()
        self._session.run(board.tell, {board.given_text: json.dumps(self._told)})
        self._session.run(self._reset)
        self._publish(self._token(Signal.PREPARING))
        self._session.watch(self.generation, board.alive)

    def end(self) -> None:
        """Tells everybody that the run has ended."""
        self._publish(self._token(Signal.ENDED))

    @property
    def has_stepped(self) -> bool:
        """Whether all that a step needs has been there for one at least."""
        return self._count > self._begun

    def news(self) -> News:
        """What the board says."""
        return self.board.read(self._session.run(self.board.news))

    def apply(self, gradients: "list[NDArray[np.float32]]") -> None:
        """Takes the tutorial's Adam step, with these gradients in the place of its own."""
        self._session.run(self._ends.optimizer, self._fed(gradients))

    def _fed(self, gradients: "list[NDArray[np.float32]]") -> dict[tf.Tensor, Any]:
        return dict(zip(self.gradients.values(), gradients, strict=True))

    def _wait(self, since: float, missing: Callable[[], str]) -> None:
        """Waits a moment for other workers.

        Args:
          since: time, as `time.monotonic` has it, of their last sign.
          missing: says who has not done what.

        Raises:
          StepGivenUp: the run is to stop.
          RunError: they have had long enough.
        """
        if self._stop():
            raise StepGivenUp
        patience = self._place.patience if self.has_stepped else self._place.beginning
        waited = time.monotonic() - since
        if waited > patience:
            raise RunError(
                f"{missing()} for {patience:g} seconds. The run ends. To go on, start all "
                f"processes again, the chief with resume and run_dir.",
                "resume",
                "run_dir",
            )
        if waited > SOON and not self._has_warned:
            self._has_warned = True
            self.warn(f"{missing()} yet; waiting for it.")
        time.sleep(self._interval)

    def _token(self, step: int) -> Token:
        return Token(self.generation, step)

    def _publish(self, token: Token) -> None:
        self._session.run(self.board.publish, {self.board.given_token: token})

    def __exit__(self, *exception: object) -> None:
        if self._session.is_watched and not isinstance(exception[1], Lost):
            with contextlib.suppress(Lost):  # the run is saved, whoever hears of its end
                self.end()
        super().__exit__(*exception)


def updates_of(graph: tf.Graph) -> list[tf.Operation]:
    """Adam's operations, one for each parameter."""
    return [op for op in graph.get_operations() if op.type in _UPDATES]


def gradients_of(graph: tf.Graph) -> dict[str, tf.Tensor]:
    """The gradients that Adam takes, by the names of the variables' operations."""
    return {op.inputs[0].op.name: op.inputs[_GRADIENT] for op in updates_of(graph)}
