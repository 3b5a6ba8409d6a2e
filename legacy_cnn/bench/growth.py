"""How time and memory grow: with the batch, the threads, the training set, and the epochs."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.bench.timings import begin
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.results.benchmark import BatchGrowth, Growth, SetGrowth

#: Batch sizes, and sizes of the training set.
BATCHES = (32, 64, 128, 256, 512, 1024, 2048, 4096)
SETS = (1_000, 3_000, 10_000, 30_000, 60_000)

#: Number of training images in MNIST.
ALL = 60_000

#: Images that a measurement takes, in at least as many steps.
IMAGES, STEPS = 4096, 3

#: Of the long run: its epochs, and the images of one of them.
EPOCHS, SHORT = 50, 3_000

WHOLE_RUN = "legacy_cnn.bench.whole_run"


def measure(threads: int, watch: Callable[[str], object]) -> Growth:
    """Measures one configuration after another, each in a new process.

    Args:
      threads: the largest number of threads.
      watch: called with a text about the progress.

    Raises:
      BenchError: a process has failed.
    """
    return Growth(
        batches=tuple(
            _of_batch(size, number, watch) for size in BATCHES for number in sorted({1, threads})
        ),
        sets=tuple(_of_set(size, threads, watch) for size in SETS),
        epochs=tuple(_run(EPOCHS, SHORT, threads, watch)["memory"]),
    )


def _of_batch(size: int, threads: int, watch: Callable[[str], object]) -> BatchGrowth:
    watch(f"growth: batch size {size}, threads {threads}")
    contender = dataclasses.replace(CONTENDERS[BASELINE], options={"batch_size": size})
    with begin(contender, threads) as worker:
        worker.reply()
        worker.ask(train=STEPS)
        reply = worker.ask(train=max(STEPS, IMAGES // size))
    median = float(np.median(reply["seconds"]))
    return BatchGrowth(
        batch=size, threads=threads, median=median, rate=size / median, memory=reply["memory"]
    )


def _of_set(size: int, threads: int, watch: Callable[[str], object]) -> SetGrowth:
    reply = _run(1, size, threads, watch)
    return SetGrowth(
        images=size,
        seconds=reply["seconds"],
        outside=reply["outside"],
        memory=reply["memory"][-1],
    )


def _run(epochs: int, images: int, threads: int, watch: Callable[[str], object]) -> dict[str, Any]:
    """What `whole_run.measure` returns for a run with so many training images."""
    title = f"run of {images:,} images, epochs {epochs}"
    watch(f"growth: {title}")
    settings = {"epochs": epochs, "validation_size": ALL - images}
    environment = CONTENDERS[BASELINE].environment
    return reply_of(
        f"The {title}", WHOLE_RUN, json.dumps(settings), str(threads), environment=environment
    )
