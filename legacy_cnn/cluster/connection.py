"""This process's server, and sessions on it that do not wait for other workers."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.cluster.board import SCOPE, as_token
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.waiting import CLOSING, INTERVAL, Lost, never, within
from legacy_cnn.errors import RunError, first_line
from legacy_cnn.programs.session import GraphSession, State
from legacy_cnn.threads import in_use

#: Seconds after which it is said that a process is missing: about as long as it takes to start one.
SOON = 10.0
#: Seconds that each of them has at least.
SHORT = 2.0


def start(place: Place, threads: int) -> str:
    """Starts this process's server, which runs until the process ends; returns its target.

    Raises:
      RunError: the port is taken. Of the address, the server uses nothing else.
    """
    _go_past_proxies(place)
    in_use(threads)
    config = tf.ConfigProto(intra_op_parallelism_threads=threads)
    spec = tf.train.ClusterSpec(place.spec())
    try:
        server = tf.train.Server(spec, place.job, place.task, config=config)
    except tf.errors.OpError as error:
        own = place.spec()[place.job][place.task]
        raise RunError(
            f"{place.job} {place.task} cannot serve at {own} ({first_line(error)}); is the port in "
            f"use, or a process of an earlier run still there?"
        ) from error
    _SERVERS.append(server)
    return str(server.target)


def _go_past_proxies(place: Place) -> None:
    """Or gRPC asks the proxy that `http_proxy` names for the other processes, in vain."""
    hosts = {address.rpartition(":")[0].strip("[]") for address in (*place.ps, *place.workers)}
    os.environ.setdefault("no_grpc_proxy", ",".join(sorted(hosts)))


#: TensorFlow has no way to stop them.
_SERVERS: list[tf.train.Server] = []


def reach(
    place: Place, target: str, warn: Callable[[str], object], stop: Callable[[], bool]
) -> None:
    """Waits until every parameter server answers, which may have to be started first.

    Args:
      place: which process this is.
      target: of its server.
      warn: called with a sentence if one of them lets it wait.
      stop: True ends it.

    Raises:
      RunError: one of them has not answered for too long.
    """
    began = time.monotonic()
    late = began + place.beginning
    pause = min(began + SOON, late)  # the end of the next time that it asks
    for number, address in enumerate(place.ps):
        which = f"Parameter server {number} at {address}"
        while not stop() and not _answers(number, place, target, pause - time.monotonic(), stop):
            if time.monotonic() >= late:
                raise RunError(
                    f"{which} has not answered for {place.beginning:g} seconds. Start all "
                    f"processes again."
                )
            if time.monotonic() >= pause:
                warn(f"{which} does not answer yet; waiting for it.")
                pause = late
            time.sleep(INTERVAL)  # what has no address yet is refused at once


def _answers(
    number: int, place: Place, target: str, seconds: float, stop: Callable[[], bool]
) -> bool:
    """Whether a parameter server answers within so many seconds."""
    with tf.Graph().as_default() as graph, tf.device(f"/job:ps/task:{number}"):
        nothing = tf.no_op()
    config = tf.ConfigProto(device_filters=[f"/job:ps/task:{number}", place.device])

    def ask() -> None:
        with tf.Session(target, graph=graph, config=config) as session:
            session.run(nothing)

    try:
        within(max(SHORT, seconds), ask, stop)
    except Lost:
        return False
    return True


class Session(GraphSession):
    """A graph whose variables are on the parameter servers.

    Only the tutorial's variables are its state. A run ends within the patience of the place; what a
    chief runs fails if the cluster follows another one.
    """

    def __init__(
        self, graph: tf.Graph, place: Place, target: str, stop: Callable[[], bool] = never
    ) -> None:
        """Opens the session.

        Args:
          graph: what runs.
          place: which process this is.
          target: of its server.
          stop: True gives up a run; it raises Lost then.
        """
        self._stop = stop
        self._generation = 0  # of the chief's state; 0 is not looked at
        self._patience = place.patience
        self._alive: list[tf.Tensor] = []
        filters = ["/job:ps", place.device]
        super().__init__(graph, target=target, device_filters=filters)

    def watch(self, generation: int, alive: tf.Tensor) -> None:
        """From now on, looks whether the cluster follows this chief, and shows that it lives.

        Args:
          generation: of the state.
          alive: the token of the board, once it is shown.
        """
        self._alive, self._generation = [alive], generation

    def unwatch(self) -> None:
        """Does not look, until `watch` is called again."""
        self._alive, self._generation = [], 0

    @property
    def is_watched(self) -> bool:
        return bool(self._generation)

    def close(self) -> None:
        with contextlib.suppress(Lost):
            within(CLOSING, self.session.close)

    def run(self, fetches: Any, feed: Mapping[Any, Any] | None = None) -> Any:
        options = tf.RunOptions(timeout_in_ms=max(1, round(self._patience * 1000)))
        wanted = [fetches, self._alive]
        values, alive = within(
            self._patience + CLOSING, lambda: self.session.run(wanted, feed, options), self._stop
        )
        if alive and as_token(alive[0]).generation != self._generation:
            raise Lost("The cluster follows another chief, or has lost its variables.")
        return values

    def state(self) -> State:
        return self.run({name: access.value for name, access in self._access.items()})

    def _find_access(self) -> Any:
        own = {name: op for name, op in self.variables.items() if not name.startswith(SCOPE)}
        self.variables = own
        return super()._find_access()
