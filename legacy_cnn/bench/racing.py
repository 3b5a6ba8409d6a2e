"""Contenders that take turns: a few steps each, round after round, so that a machine's moods
strike all alike."""

import contextlib
import dataclasses
import json
import random

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, KERNELS
from legacy_cnn.errors import BenchError
from legacy_cnn.processes.worker import Worker

WORKER = "legacy_cnn.bench.worker"

#: Steps before any that count: kernels are chosen, and memory is taken, in the first ones.
WARM_UP = 10

#: Of the largest logit: what the kernels of different libraries may differ by. A computation in
#: a lower precision than float32 would be some 1e-3 off.
SAME_LOGITS = 1e-5


def race(contenders, settings, watch):
    """Measures training and evaluation.

    Args:
      contenders: dict from a name to a `Contender`, the baseline among them.
      settings: `BenchSettings`.
      watch: called with a text about what is going on.

    Returns:
      Dict: "training" and "evaluation", from a contender's name to its "seconds", a list for each
      round, its peak of "memory" in bytes, and, of training, the seconds to its "first_step", of
      evaluation, its "accuracy"; "failed", from a name to why; "details", from a name to what its
      `details` returned.

    Raises:
      BenchError: the baseline fails.
    """
    with contextlib.ExitStack() as stack:
        racers = _Racers(contenders, settings, watch)
        for name in contenders:
            racers.start(name, stack)
        result = {"training": racers.train(), "evaluation": {}}
        if "evaluation" in settings.parts:
            result["evaluation"] = racers.evaluate()
        return {**result, "details": racers.details(), "failed": racers.failed}


class _Racers:
    def __init__(self, contenders, settings, watch):
        self._contenders, self._settings, self._watch = contenders, settings, watch
        self.running: dict[str, Worker] = {}
        self.failed: dict[str, str] = {}
        self._first_steps: dict[str, float] = {}

    def start(self, name, stack):
        contender = self._contenders[name]
        self._watch(f"starting: {contender.title}")
        process = stack.enter_context(begin(contender, self._settings.threads))
        self.running[name] = process
        reply = self._try(name, process.reply)
        if reply:
            self._first_steps[name] = reply["first_step"] - process.started
            self.ask(name, train=WARM_UP)

    def train(self):
        wanted = set(self.running) if "training" in self._settings.parts else set()
        if "floor" in self._settings.parts:
            wanted |= {BASELINE, KERNELS}
        names = [name for name in self.running if name in wanted]
        rounds = self._rounds("training", names, train=self._settings.steps)
        return {
            name: {**each, "first_step": self._first_steps[name]} for name, each in rounds.items()
        }

    def evaluate(self):
        names = [name for name in self.running if self._contenders[name].evaluates]
        rounds = self._rounds("evaluation", names, evaluate=1)
        for name in list(rounds):
            problem = _other_function(rounds[name], rounds[BASELINE])
            if problem:
                self.failed[name] = f"{self._contenders[name].title} {problem}"
                del rounds[name]
        for each in rounds.values():
            del each["logits"]
        return rounds

    def _rounds(self, what, names, **request):
        """Asks all in turn, each round in another order."""
        shuffled = random.Random(0)
        measured: dict = {}
        for number in range(self._settings.rounds):
            self._watch(f"{what}: round {number + 1} of {self._settings.rounds}")
            for name in shuffled.sample(names, len(names)):
                reply = self.ask(name, **request)
                if reply:
                    seconds = measured.get(name, {"seconds": []})["seconds"]
                    measured[name] = {**reply, "seconds": [*seconds, reply["seconds"]]}
        return {name: measured[name] for name in names if name in self.running}

    def details(self):
        asked = {name: self.ask(name, details=1) for name in list(self.running)}
        return {name: each["details"] for name, each in asked.items() if each and each["details"]}

    def ask(self, name, **request):
        """The reply of a contender, or None if it has failed."""
        if name in self.failed:
            return None
        return self._try(name, lambda: self.running[name].ask(**request))

    def _try(self, name, get):
        try:
            return get()
        except BenchError as error:
            if name == BASELINE:
                raise
            self.failed[name] = str(error)
            del self.running[name]
            return None


def begin(contender, threads):
    """The `Worker` of a contender."""
    arguments = json.dumps(dataclasses.asdict(contender)), str(threads)
    return Worker(contender.title, WORKER, arguments, contender.environment)


def _other_function(own, baseline):
    """What tells that a contender does not compute what the baseline computes, or None."""
    logits, expected = np.asarray(own["logits"]), np.asarray(baseline["logits"])
    off = np.abs(logits - expected).max() / np.abs(expected).max()
    if not off <= SAME_LOGITS:
        return f"computes something else: its logits are {off:.1e} of the largest off."
    return None
