"""Contenders in interleaved rounds: each takes one turn of a few steps in every round.

A change in the machine's speed then affects all of them equally.
"""

import contextlib
import dataclasses
import json
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, KERNELS, Contender
from legacy_cnn.bench.contenders.sets import BATCH, TEST_IMAGES
from legacy_cnn.bench.ratios import timing
from legacy_cnn.errors import BenchError
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results.benchmark import EvaluationTiming, StepTiming
from legacy_cnn.settings import BenchSettings

WORKER = "legacy_cnn.bench.worker"

#: Steps before any that count: the first ones allocate memory and choose kernels.
WARM_UP = 10

#: Largest difference of logits, relative to the largest one: what the kernels of different
#: libraries differ by. A computation in a lower precision than float32 would differ by about 1e-3.
SAME_LOGITS = 1e-5

#: What a contender's replies say in all rounds: "seconds", a list for each round, and what the last
#: reply has besides.
Measured = dict[str, dict[str, Any]]


class Timings(NamedTuple):
    """What was measured, by the contender's name."""

    training: dict[str, StepTiming]
    evaluation: dict[str, EvaluationTiming]
    details: dict[str, dict[str, Any]]  #: what its `details` returned
    failed: dict[str, str]  #: why it is in none of the others


def measure(
    contenders: Mapping[str, Contender],
    settings: BenchSettings,
    watch: Callable[[str], object],
) -> Timings:
    """Measures training and evaluation, as far as `settings.parts` ask for them.

    Args:
      contenders: name -> contender, the baseline among them.
      settings: those of the benchmark.
      watch: called with a text about the progress.

    Raises:
      BenchError: the baseline fails.
    """
    with contextlib.ExitStack() as stack:
        rounds = _Rounds(contenders, settings, watch)
        for name in contenders:
            rounds.start(name, stack)
        training = rounds.train()
        evaluation = rounds.evaluate() if "evaluation" in settings.parts else {}
        return Timings(training, evaluation, rounds.details(), rounds.failed)


def begin(contender: Contender, threads: int) -> Worker:
    """Starts a contender's process."""
    arguments = json.dumps(dataclasses.asdict(contender)), str(threads)
    return Worker(contender.title, WORKER, arguments, contender.environment)


class _Rounds:
    """The processes of all contenders that have not failed."""

    def __init__(
        self,
        contenders: Mapping[str, Contender],
        settings: BenchSettings,
        watch: Callable[[str], object],
    ) -> None:
        self._contenders, self._settings, self._watch = contenders, settings, watch
        self._workers: dict[str, Worker] = {}
        self._first_steps: dict[str, float] = {}
        self.failed: dict[str, str] = {}

    def start(self, name: str, stack: contextlib.ExitStack) -> None:
        contender = self._contenders[name]
        self._watch(f"starting: {contender.title}")
        worker = stack.enter_context(begin(contender, self._settings.threads))
        self._workers[name] = worker
        reply = self._try(name, worker.reply)
        if reply:
            self._first_steps[name] = reply["first_step"] - worker.started
            self._ask(name, train=WARM_UP)

    def train(self) -> dict[str, StepTiming]:
        chosen = set(self._workers) if "training" in self._settings.parts else set()
        if "floor" in self._settings.parts:
            chosen |= {BASELINE, KERNELS}
        names = [name for name in self._workers if name in chosen]
        measured = self._all_rounds("training", names, train=self._settings.steps)
        return {
            name: StepTiming(**timed, first_step=self._first_steps[name])
            for name, timed in _timed(measured, BATCH).items()
        }

    def evaluate(self) -> dict[str, EvaluationTiming]:
        names = [name for name in self._workers if self._contenders[name].evaluates]
        measured = self._all_rounds("evaluation", names, evaluate=1)
        logits = {name: replies.pop("logits") for name, replies in measured.items()}
        for name in list(measured):
            problem = different_logits(logits[name], logits[BASELINE])
            if problem:
                self.failed[name] = f"{self._contenders[name].title} {problem}"
                del measured[name]
        return {
            name: EvaluationTiming(**timed) for name, timed in _timed(measured, TEST_IMAGES).items()
        }

    def _all_rounds(self, part: str, names: Iterable[str], **request: Any) -> Measured:
        """Asks all contenders in turn, in a new order in every round."""
        names, shuffled = list(names), random.Random(0)
        measured: Measured = {}
        for number in range(self._settings.rounds):
            self._watch(f"{part}: round {number + 1} of {self._settings.rounds}")
            for name in shuffled.sample(names, len(names)):
                reply = self._ask(name, **request)
                if reply:
                    before = measured.get(name, {"seconds": ()})["seconds"]
                    measured[name] = {**reply, "seconds": (*before, tuple(reply["seconds"]))}
        return {name: measured[name] for name in names if name in self._workers}

    def details(self) -> dict[str, dict[str, Any]]:
        replies = {name: self._ask(name, details=1) for name in list(self._workers)}
        return {
            name: reply["details"] for name, reply in replies.items() if reply and reply["details"]
        }

    def _ask(self, name: str, **request: Any) -> dict[str, Any] | None:
        """Returns the reply of a contender; None if it has failed."""
        if name in self.failed:
            return None
        return self._try(name, lambda: self._workers[name].ask(**request))

    def _try(self, name: str, get: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        try:
            return get()
        except BenchError as error:
            if name == BASELINE:
                raise
            self.failed[name] = str(error)
            del self._workers[name]
            return None


def _timed(measured: Measured, images: int) -> Measured:
    """What was measured, with the figures that come from it."""
    return {
        name: {**replies, **timing(replies["seconds"], measured[BASELINE]["seconds"], images)}
        for name, replies in measured.items()
    }


def different_logits(logits: Any, expected: Any) -> str | None:
    """Says that a contender computes something else than the baseline; None if it does not.

    Args:
      logits: arrays, or lists, of the contender's logits.
      expected: the baseline's, of the same images.
    """
    largest = np.abs(expected).max()
    difference = np.abs(np.subtract(logits, expected)).max() / largest
    if not difference <= SAME_LOGITS:
        return (
            f"computes different values: its logits differ from the baseline's by "
            f"{difference:.1e}, relative to the largest."
        )
    return None
