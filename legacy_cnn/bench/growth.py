"""How cost grows: with the batch, the threads, the training set, and the epochs."""

import dataclasses
import json

import numpy as np

from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.bench.racing import begin
from legacy_cnn.processes.worker import reply_of

BATCHES = (32, 64, 128, 256, 512, 1024, 2048, 4096)
SETS = (1_000, 3_000, 10_000, 30_000, 60_000)
ALL = 60_000

#: Images that a measurement takes, in at least as many steps.
IMAGES, STEPS = 4096, 3

#: Of the long run, and the images of one of its epochs.
EPOCHS, SHORT = 50, 3_000


def measure(threads, watch):
    """
    Args:
      threads: the most to measure with.
      watch: called with a text about what is going on.

    Returns:
      Dict of "batches", a list of figures by batch size and threads; "sets", one by size of the
      training set; "epochs", the peak memory in bytes after each epoch of a long run.
    """
    return {
        "batches": [
            _of_batch(size, number, watch) for size in BATCHES for number in sorted({1, threads})
        ],
        "sets": [_of_set(size, threads, watch) for size in SETS],
        "epochs": _run({"epochs": EPOCHS, "validation_size": ALL - SHORT}, threads, watch)[
            "memory"
        ],
    }


def _of_batch(size, threads, watch):
    watch(f"batches of {size} with {threads} threads")
    contender = dataclasses.replace(CONTENDERS[BASELINE], options={"batch_size": size})
    with begin(contender, threads) as process:
        process.reply()
        process.ask(train=STEPS)
        measured = process.ask(train=max(STEPS, IMAGES // size))
    median = float(np.median(measured["seconds"]))
    return {
        "batch": size,
        "threads": threads,
        "median": median,
        "rate": size / median,
        "memory": measured["memory"],
    }


def _of_set(size, threads, watch):
    made = _run({"epochs": 1, "validation_size": ALL - size}, threads, watch)
    return {
        "images": size,
        "seconds": made["seconds"],
        "outside": made["outside"],
        "memory": made["memory"][-1],
    }


def _run(settings, threads, watch):
    watch(f"a run with {settings}")
    title = f"A run with {settings}"
    environment = CONTENDERS[BASELINE].environment
    return reply_of(
        title,
        "legacy_cnn.bench.whole_run",
        json.dumps(settings),
        str(threads),
        environment=environment,
    )
