"""What the tutorial's graph costs on this machine, beside everything one might use instead."""

import dataclasses
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from legacy_cnn import provenance
from legacy_cnn.bench import figures, growth, loader, startup
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, KERNELS
from legacy_cnn.bench.contenders.sets import BATCH, TEST_IMAGES
from legacy_cnn.bench.machine import onednn_by_default
from legacy_cnn.bench.racing import race
from legacy_cnn.errors import BenchError, UsageError
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.settings import BenchSettings

#: Variables by which a library is told how to compute begin with one of these.
TELLING = (
    "ATEN_", "DNNL_", "JAX_", "KERAS_", "KMP_", "MALLOC_", "MKL_", "OMP_", "ONEDNN_", "TF_ENABLE_",
    "TF_NUM_", "TF_SET_", "TF_XLA_", "XLA_",
)  # fmt: skip


def run(*, watch: Callable[[str], object] | None = None, **settings: Any) -> dict[str, Any]:
    """Measures what was asked for, in processes that take turns.

    Args:
      watch: called with a text about what is being measured.
      **settings: fields of `BenchSettings`.

    Returns:
      Dict of plain numbers and lists: "settings", "versions", "machine", "environment", "failed",
      from a contender's, a loader's or a part's name to why it is not there, and of the parts asked
      for

      training, evaluation: from a contender's name to its `figures.summary`, and what is raced;
      floor: what `machine` measures, and the details of the kernels, whose training comes with it;
      onednn_by_default: whether TensorFlow takes oneDNN's kernels on this processor by itself;
      loader: from a loader's name to what `loader.measure` returns, a list of one a round;
      startup, growth: see there.

    Raises:
      UsageError: a contender is unknown or not installed.
      BenchError: the baseline cannot be run.
    """
    chosen = BenchSettings(**settings)
    watch = watch or (lambda text: None)
    contenders = _chosen(chosen)
    result = {**_ground(chosen), "failed": {}}
    if {"training", "evaluation", "floor"} & set(chosen.parts):
        result |= _raced(contenders, chosen, watch)
    for part, measure in (
        ("floor", lambda: _floor(chosen, result, watch)),
        ("loader", lambda: _loaders(chosen, result["failed"], watch)),
        ("startup", lambda: startup.measure(chosen.rounds, watch)),
        ("growth", lambda: growth.measure(chosen.threads, watch)),
    ):
        if part in chosen.parts:
            # What was measured so far is not lost.
            try:
                result[part] = measure()
            except BenchError as error:
                result["failed"][part] = str(error)
    return result


def _ground(settings):
    return {
        "settings": dataclasses.asdict(settings),
        "versions": provenance.versions("torch", "jax", "python-mnist"),
        "machine": provenance.machine(),
        "environment": {n: v for n, v in os.environ.items() if n.startswith(TELLING)},
    }


def _raced(contenders, settings, watch):
    by_default = onednn_by_default()
    raced = {**race(contenders, settings, watch), "onednn_by_default": by_default}
    for part, images in (("training", BATCH), ("evaluation", TEST_IMAGES)):
        if raced[part]:
            raced[part] = figures.summaries(raced[part], BASELINE, images)
        else:
            del raced[part]
    return raced


def _chosen(settings):
    """The contenders asked for, the baseline among them."""
    names = settings.contenders
    if names is None:
        only_floor = not {"training", "evaluation"} & set(settings.parts)
        names = [] if only_floor else [n for n, each in CONTENDERS.items() if each.installed]
    for name in names:
        if name not in CONTENDERS:
            raise UsageError(f"There is no contender {name!r}; there are {', '.join(CONTENDERS)}.")
        if not CONTENDERS[name].installed:
            raise UsageError(f"{CONTENDERS[name].title} needs {CONTENDERS[name].needs}.")
    always = {BASELINE, KERNELS} if "floor" in settings.parts else {BASELINE}
    return {n: each for n, each in CONTENDERS.items() if n in always | set(names)}


def _floor(settings, result, watch):
    if KERNELS not in result["details"]:
        raise BenchError(f"There is no floor without {CONTENDERS[KERNELS].title}.")
    watch("what the machine can do")
    threads = str(settings.threads)
    # NumPy has its threads before the process can be kept on fewer cores.
    environment = {**CONTENDERS[BASELINE].environment, "OPENBLAS_NUM_THREADS": threads}
    limits = reply_of("The floor", "legacy_cnn.bench.machine", threads, environment=environment)
    return {**limits, **result["details"][KERNELS]}


def _loaders(settings, failed, watch):
    measured: dict = {name: [] for name in loader.installed()}
    with tempfile.TemporaryDirectory() as directory:
        loader.prepare(Path(directory))
        # Before the first round that counts each has put its files where it looks for them.
        for number in range(settings.rounds + 1):
            watch(f"loaders: round {number} of {settings.rounds}")
            for name in list(measured):
                try:
                    made = reply_of(
                        loader.LOADERS[name][0], "legacy_cnn.bench.loader", name, directory,
                        str(settings.threads),
                    )  # fmt: skip
                except BenchError as error:
                    failed[name] = str(error)
                    del measured[name]
                    continue
                measured[name] += [made] if number else []
    return measured
