"""Training and evaluation of contenders, timed in interleaved rounds."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, KERNELS, Contender
from legacy_cnn.bench.contenders.sets import BATCH, TEST_IMAGES
from legacy_cnn.processes.ratios import timing
from legacy_cnn.processes.rounds import Measured, Rounds
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results import jsonvalues
from legacy_cnn.results.benchmark import EvaluationTiming, StepTiming
from legacy_cnn.settings import BenchSettings

WORKER = "legacy_cnn.bench.worker"

#: Steps before any that count: the first ones allocate memory and choose kernels.
WARM_UP = 10

#: Largest difference of logits, relative to the largest one: what the kernels of different
#: libraries differ by. A computation in a lower precision than float32 would differ by about 1e-3.
SAME_LOGITS = 1e-5


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
    with Rounds({BASELINE}, watch) as rounds:
        first_steps = {}
        for name, contender in contenders.items():
            watch(f"starting: {contender.title}")
            worker = begin(contender, settings.threads)
            reply = rounds.start(name, worker, WARM_UP)
            if reply:
                first_steps[name] = reply["first_step"] - worker.started
        training = _training(rounds, settings, first_steps)
        evaluation = (
            _evaluation(rounds, settings, contenders) if "evaluation" in settings.parts else {}
        )
        return Timings(training, evaluation, _details(rounds), rounds.failed)


def begin(contender: Contender, threads: int) -> Worker:
    """Starts a contender's process."""
    arguments = json.dumps(jsonvalues.to_json(contender)), str(threads)
    return Worker(contender.title, WORKER, arguments, contender.environment)


def _training(
    rounds: Rounds, settings: BenchSettings, first_steps: Mapping[str, float]
) -> dict[str, StepTiming]:
    chosen = set(rounds.names) if "training" in settings.parts else set()
    if "floor" in settings.parts:
        chosen |= {BASELINE, KERNELS}
    names = [name for name in rounds.names if name in chosen]
    measured = rounds.take("training", settings.rounds, names, train=settings.steps)
    return {
        name: StepTiming(**timed, first_step=first_steps[name])
        for name, timed in _timed(measured, BATCH).items()
    }


def _evaluation(
    rounds: Rounds, settings: BenchSettings, contenders: Mapping[str, Contender]
) -> dict[str, EvaluationTiming]:
    names = [name for name in rounds.names if contenders[name].evaluates]
    measured = rounds.take("evaluation", settings.rounds, names, evaluate=1)
    logits = {name: replies.pop("logits") for name, replies in measured.items()}
    for name in list(measured):
        problem = different_logits(logits[name], logits[BASELINE])
        if problem:
            rounds.failed[name] = f"{contenders[name].title} {problem}"
            del measured[name]
    return {
        name: EvaluationTiming(**timed) for name, timed in _timed(measured, TEST_IMAGES).items()
    }


def _details(rounds: Rounds) -> dict[str, dict[str, Any]]:
    replies = {name: rounds.ask(name, details=1) for name in rounds.names}
    return {name: reply["details"] for name, reply in replies.items() if reply and reply["details"]}


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
