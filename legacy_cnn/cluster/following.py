"""What the other processes do: parameter servers, and workers that are not the chief."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn import feeding, mnist, programs, provenance
from legacy_cnn.cluster.asynchronous import Asynchronous
from legacy_cnn.cluster.board import INTERVAL, Board, News, Signal, Token
from legacy_cnn.cluster.connection import Session, start
from legacy_cnn.cluster.place import Place, check
from legacy_cnn.cluster.replica import Replica
from legacy_cnn.cluster.synchronous import Synchronous
from legacy_cnn.cluster.waiting import Lost, never
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.mnist import sources
from legacy_cnn.programs.program import Inputs
from legacy_cnn.results import jsonvalues
from legacy_cnn.settings import Settings
from legacy_cnn.training.draws import draws_of
from legacy_cnn.training.runs import options_of

#: Settings that each machine has of its own.
OWN = ("data_dir", "source_url", "threads")

#: Seconds between two looks of a parameter server, and that it stays for the workers at the end.
SELDOM, STAYING = 0.25, 3


class Follower:
    """Reads the board, whichever processes are killed and come back, until the run has ended."""

    def __init__(self, place: Place, target: str, ending: Callable[[], bool] = never) -> None:
        self._place, self._target, self._ending = place, target, ending
        self._session: Session | None = None
        with tf.Graph().as_default() as self._graph:
            self._board = Board(place)

    def news(self, interval: float) -> Iterator[News]:
        """Yields what the board says of a run, again and again, until the run has ended.

        Raises:
          RunError: the chief has done nothing for too long.
        """
        beat, moved, patience = -1, time.monotonic(), self._place.beginning
        while not self._ending():
            news = self._look()
            if news and news.beat != beat:
                beat, moved = news.beat, time.monotonic()
                patience = self._place.patience
            if time.monotonic() - moved > patience:
                raise RunError(
                    f"The chief has done nothing for {patience:g} seconds, or a parameter server "
                    f"does not answer: start what is missing again."
                )
            if news and news.token.generation:
                if news.token.step == Signal.ENDED:
                    return
                yield news
            time.sleep(interval)

    def told(self) -> dict[str, Any]:
        """What the chief has told of the run, see `told_of`.

        Raises:
          Lost: the cluster does not answer.
          RunError: this process has other versions than the chief.
          UsageError: it has another list of addresses.
        """
        if self._session is None:
            raise Lost("The cluster does not answer.")
        told: dict[str, Any] = json.loads(self._session.run(self._board.told))
        _check(self._place, told)
        return told

    def _look(self) -> News | None:
        try:
            if self._session is None:
                self._session = Session(self._graph, self._place, self._target, self._ending)
                self.told()  # before the board, which another list of addresses does not fit
            return self._board.read(self._session.run(self._board.news))
        except Lost:
            if self._session:
                self._session.close()
            self._session = None
            return None


def serve(place: Place, ending: Callable[[], bool] = never) -> None:
    """Holds variables for a run, until it has ended.

    Args:
      place: which parameter server this is.
      ending: True ends it before the run has ended.

    Raises:
      RunError: the port is taken, or the chief has done nothing for too long.
    """
    follower = Follower(place, start(place, 0), ending)
    for _ in follower.news(SELDOM):
        pass
    if not ending():
        time.sleep(STAYING)


def work(
    place: Place,
    target: str,
    given: dict[str, Any],
    warn: Callable[[str], object],
    ending: Callable[[], bool] = never,
    asynchronous: bool = False,
) -> None:
    """Computes this worker's gradients, until the run has ended.

    Args:
      place: which worker this is.
      target: of its server.
      given: settings that differ from the tutorial's; all but `OWN` must be those of the chief.
      warn: called with a sentence about anything noteworthy.
      ending: True ends it before the run has ended.
      asynchronous: whether the user has asked for that here; the chief must have been, too.

    Raises:
      RunError: the chief has done nothing for too long, or has other data.
      UsageError: the chief has other settings, or is not asynchronous.
    """
    worker: Worker | None = None
    follower = Follower(place, target, ending)
    with contextlib.ExitStack() as opened:
        for news in follower.news(INTERVAL):
            if news.token.step < 0:
                continue
            try:
                if worker is None or worker.generation != news.token.generation:
                    opened.close()
                    told = follower.told()
                    if asynchronous and not told["asynchronous"]:
                        raise UsageError("asynchronous was not given to the chief.", "asynchronous")
                    worker = Worker(place, target, news.token.generation, told, given)
                    opened.callback(worker.close)
                if token := worker.replica.due(news):
                    worker.contribute(token)
            except Lost as lost:
                warn(f"{lost} Waiting for it.")
                opened.close()
                worker = None


class Worker:
    """The data, the batches and the graph of one worker, for one generation of the state."""

    def __init__(
        self,
        place: Place,
        target: str,
        generation: int,
        told: dict[str, Any],
        given: dict[str, Any],
    ) -> None:
        self.generation = generation
        self._settings = settings_of(told, given)
        files = mnist.load(self._settings.data_dir, self._settings.source_url)
        if files.digests != told["data"]:
            where = self._settings.data_dir or "this package"
            raise RunError(
                f"This worker's data, of {where}, differ from the chief's: give data_dir.",
                "data_dir",
            )
        self._set = feeding.training_set(files, self._settings)
        self._batches: Iterator[feeding.Batch] | None = None
        self._next: int | None = None
        self.replica = build(self._settings, place, target, told, generation)

    def contribute(self, token: Token) -> None:
        """Gives the gradients for a step."""
        if self._batches is None or token.step != self._next:
            draws = draws_of(self._settings)
            self._batches = feeding.batches(*self._set, self._settings, token.step, draws)
        images, labels, noise = next(self._batches)
        self._next = token.step + 1
        keep_prob = self._settings.keep_prob
        self.replica.contribute(token, Inputs(images, labels, keep_prob, noise))

    def close(self) -> None:
        """Closes the session."""
        self.replica.close()


def build(
    settings: Settings, place: Place, target: str, told: dict[str, Any], generation: int = 0
) -> Replica:
    """Builds the graph of a run's settings for one worker.

    Args:
      settings: of the run.
      place: which worker this is.
      target: of its server.
      told: what `told_of` returns.
      generation: of the variables; 0 makes new ones, for the chief.

    Raises:
      UsageError: the settings are not for a cluster.
    """
    asynchronous = told["asynchronous"]
    check(settings, len(place.workers), asynchronous)
    parts = programs.parts_of("graph", settings.graph)
    kind = Asynchronous if asynchronous else Synchronous
    return kind(options_of(settings), place, target, told, generation, **parts)


def told_of(
    settings: Settings, place: Place, digests: dict[str, str], asynchronous: bool
) -> dict[str, Any]:
    """What the workers are told about a run."""
    values = jsonvalues.to_json(settings)
    shared = {name: values[name] for name in values if name not in OWN or name == "data_dir"}
    return {
        "settings": shared,
        "data": digests,
        "asynchronous": asynchronous,
        "processes": _processes(place),
        "versions": provenance.decisive(),
    }


def _processes(place: Place) -> dict[str, int]:
    """Job -> number of processes; their addresses may differ from one machine to another."""
    return {job: len(addresses) for job, addresses in place.spec().items()}


def _check(place: Place, told: dict[str, Any]) -> None:
    """Refuses other versions, and a list of addresses that is not as long as the chief's."""
    provenance.check_decisive(f"{place.job} {place.task}", "the chief", told["versions"])
    for job, count in _processes(place).items():
        if count != (chiefs := told["processes"][job]):
            raise UsageError(f"cluster names {count} {job}, the chief's names {chiefs}.", "cluster")


def settings_of(told: dict[str, Any], given: dict[str, Any]) -> Settings:
    """The settings of a worker: the chief's, and its own where each machine has its own.

    The chief's directory of data is taken if it has all files here, too, and none is given.

    Raises:
      UsageError: others differ from the chief's.
    """
    shared = dict(told["settings"])
    for name, value in given.items():
        if name not in OWN and value != shared[name]:
            raise UsageError(f"{name} {value} differs from the chief's {shared[name]}.", name)
    if shared["data_dir"] and sources.missing_from(shared["data_dir"]):
        del shared["data_dir"]  # of another machine, or not this worker's to complete
    return Settings(**{**shared, **given})
