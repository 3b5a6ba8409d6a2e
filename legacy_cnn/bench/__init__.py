"""What the tutorial's graph costs on this machine, beside everything one might use instead."""

import dataclasses
import os
import tempfile
from pathlib import Path

from legacy_cnn import provenance
from legacy_cnn.bench import figures, growth, loader, startup
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, KERNELS
from legacy_cnn.bench.contenders.base import BATCH, TEST_IMAGES
from legacy_cnn.bench.machine import onednn_by_default
from legacy_cnn.bench.racing import race
from legacy_cnn.errors import UsageError
from legacy_cnn.workers.process import figures_of

#: Variables by which a library is told how to compute begin with one of these.
TELLING = (
    "ATEN_", "DNNL_", "JAX_", "KERAS_", "KMP_", "MALLOC_", "MKL_", "OMP_", "ONEDNN_", "TF_ENABLE_",
    "TF_NUM_", "TF_SET_", "TF_XLA_", "XLA_",
)  # fmt: skip


def bench(settings, watch=lambda text: None):
    """Measures.

    Args:
      settings: `BenchSettings`.
      watch: called with a text about what is going on.

    Returns:
      Dict of plain numbers and lists: "settings", "versions", "machine", "environment", "failed",
      from a contender's name to why it is not there, and of the parts asked for

      training, evaluation: from a contender's name to its `figures.summary`, and what is raced;
      floor: what `machine` measures, and the details of the kernels;
      onednn_by_default: whether TensorFlow takes oneDNN's kernels on this processor by itself;
      loader: from a loader's name to what `loader.measure` returns, a list of one a round;
      startup, growth: see there.

    Raises:
      UsageError: a contender is unknown or not installed.
      BenchError: something that everything else depends on cannot be run.
    """
    parts, result = settings.parts, {**_ground(settings), "failed": {}}
    if {"training", "evaluation", "floor"} & set(parts):
        result |= _raced(settings, watch)
    if "floor" in parts:
        watch("what the machine can do")
        limits = figures_of("The floor", "legacy_cnn.bench.machine", str(settings.threads))
        result["floor"] = {**limits, **result["details"][KERNELS]}
    if "loader" in parts:
        result["loader"] = _loaders(settings.rounds, watch)
    if "startup" in parts:
        result["startup"] = startup.measure(settings.rounds, watch)
    if "growth" in parts:
        result["growth"] = growth.measure(settings.threads, watch)
    return result


def _ground(settings):
    return {
        "settings": dataclasses.asdict(settings),
        "versions": provenance.versions("torch", "jax", "python-mnist"),
        "machine": provenance.machine(),
        "environment": {n: v for n, v in os.environ.items() if n.startswith(TELLING)},
    }


def _raced(settings, watch):
    raced = race(_chosen(settings), settings, watch)
    raced["onednn_by_default"] = onednn_by_default()
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


def _loaders(rounds, watch):
    names = loader.installed()
    measured: dict = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as directory:
        loader.prepare(Path(directory))
        for number in range(rounds):
            watch(f"loaders: round {number + 1} of {rounds}")
            for name in names:
                title = loader.LOADERS[name][0]
                made = figures_of(title, "legacy_cnn.bench.loader", name, directory)
                measured[name].append(made)
    return measured
