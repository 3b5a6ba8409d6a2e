"""Compares the tutorial with its ports a hundred times, where nothing is wrong.

Each run is the whole ladder with its own seed: the graph in a session of one or two threads,
against the eager port, `tf.function`, the optimised graph, and Keras with the graph's dropout noise
and with its own, in a process of one or two threads, with oneDNN and without, with batches of
several sizes and keep probabilities from 0.05 to 1. The record has, for each row of
`legacy_cnn.parity.tolerance`, the most of its tolerance that was needed, as a multiple of the
measured noise: the bound on that multiple rests on these. A false alarm is a run that needed more.
"""

import argparse
import json
import math
import sys
from typing import Any

from experiments.support import apart, recorded
from experiments.support.grounds import Ground, environment, grounds

HELP = "compare correct ports with the graph a hundred times; resumes an unfinished record"
WRITES = ("false_alarms.json",)
TAKES = "an hour"

PORTS = ("eager", "function", "keras, noise fed", "keras", "optimised")
RUNS = 100
MEASURES = ("absolute", "ulp", "norm", "ratio")

#: Of the runs in turn.
BATCH_SIZES = (128, 16, 50)
KEEP_PROBS = (0.8, 0.05, 0.2, 0.5, 0.95, 1.0, 0.8)

STEPS, QUICK_STEPS = 5, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    record = recorded.target(arguments, "false_alarms.json")
    runs = json.loads(record.read_text())["runs"] if record.exists() else []
    done = {each["seed"] for each in runs}
    for ground in grounds(PORTS, 1 if arguments.quick else RUNS):
        if ground["seed"] not in done:
            settings = settings_of(ground, QUICK_STEPS if arguments.quick else STEPS)
            measured = apart.call(compared, environment(ground), ground=ground, settings=settings)
            runs.append({**ground, **settings, **measured})
            recorded.write(arguments, record.name, {"runs": runs})
            print(ground, runs[-1]["verdict"], runs[-1]["seconds"], file=sys.stderr)


def settings_of(ground: Ground, steps: int) -> dict[str, Any]:
    """The settings of a run."""
    seed = ground["seed"]
    return {
        "steps": steps,
        "batch_size": BATCH_SIZES[seed % len(BATCH_SIZES)],
        "keep_prob": KEEP_PROBS[seed % len(KEEP_PROBS)],
    }


def compared(ground: Ground, settings: dict[str, Any]) -> dict[str, Any]:
    """Compares a port; returns what it needed."""
    from legacy_cnn import parity
    from legacy_cnn.threads import use_threads

    use_threads(ground["process_threads"])
    report = parity.compare(
        port(ground["port"], settings["keep_prob"]),
        seed=ground["seed"],
        threads=ground["session_threads"],
        keep_going=True,  # a difference above its tolerance is a figure like any other
        **settings,
    )
    return {
        "verdict": report.verdict,
        "first": report.to_json()["first"],
        "needed": needed(report),
        "accuracy": report.accuracy,
        "seconds": report.seconds,
    }


def port(name: str, keep_prob: float) -> Any:
    """Builds a port, one of `PORTS`."""
    from legacy_cnn import optimised
    from legacy_cnn.ports import eager, keras

    if name == "optimised":
        return optimised.graph()
    if name.startswith("keras"):
        return keras.build_model(noise=name != "keras", keep_prob=keep_prob)
    return eager.Tutorial(function=name == "function")


def needed(report: Any) -> dict[str, dict[str, float]]:
    """Row of the table of tolerances -> measure -> the most that was needed.

    Infinite where a difference has no figures, as one of shapes.
    """
    most: dict[str, dict[str, float]] = {}
    for finding in (finding for rung in report.rungs for finding in rung.findings):
        row = most.setdefault(finding.row, dict.fromkeys(MEASURES, 0.0)) if finding.row else {}
        for measure in row:
            value = getattr(finding.figures, measure) if finding.figures else 0.0
            if finding.figures is None and finding.verdict == "different":
                value = math.inf
            row[measure] = max(row[measure], float(f"{value or 0:.3g}"))
    return most
