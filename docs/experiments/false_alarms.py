"""Compares the tutorial with its ports a hundred times, where nothing is wrong.

Each run is the whole ladder with its own seed: the graph in a session of one or two threads,
against the eager port, `tf.function`, and Keras with the graph's dropout noise and with its own,
in a process of one or two threads, with oneDNN and without. The record has the tolerance that each
run would have needed. A false alarm is a run that needed more than the table in
`legacy_cnn.parity.tolerance` allows.
"""

import argparse
import json
import sys
from typing import Any

from experiments.support import apart, recorded
from experiments.support.grounds import Ground, environment, grounds

HELP = "compare correct ports with the graph a hundred times; resumes an unfinished record"
WRITES = ("false_alarms.json",)
TAKES = "an hour"

PORTS = ("eager", "function", "keras, noise fed", "keras")
RUNS = 100
MEASURES = ("absolute", "relative", "ulp", "norm")

#: Settings of a quick comparison.
QUICK = {"steps": 2, "batch_size": 16}


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    record = recorded.target(arguments, "false_alarms.json")
    runs = json.loads(record.read_text())["runs"] if record.exists() else []
    done = {each["seed"] for each in runs}
    settings = QUICK if arguments.quick else {}
    for ground in grounds(PORTS, 1 if arguments.quick else RUNS):
        if ground["seed"] not in done:
            measured = apart.call(compared, environment(ground), ground=ground, settings=settings)
            runs.append({**ground, **measured})
            recorded.write(arguments, record.name, {"runs": runs})
            print(ground, runs[-1]["seconds"], file=sys.stderr)


def compared(ground: Ground, settings: dict[str, Any]) -> dict[str, Any]:
    """Compares a port; returns what it needed."""
    from legacy_cnn import parity
    from legacy_cnn.threads import use_threads

    use_threads(ground["process_threads"])
    report = parity.compare(
        port(ground["port"]),
        seed=ground["seed"],
        threads=ground["session_threads"],
        keep_going=True,  # a difference above its tolerance is a figure like any other
        **settings,
    )
    return {"needed": needed(report), "accuracy": report.accuracy, "seconds": report.seconds}


def port(name: str) -> Any:
    """Builds a port, one of `PORTS`."""
    from legacy_cnn.ports import eager, keras

    if name.startswith("keras"):
        return keras.build_model(noise=name != "keras")
    return eager.Tutorial(function=name == "function")


def needed(report: Any) -> dict[str, dict[str, float]]:
    """Row of the table of tolerances -> measure -> the most that was needed."""
    most: dict[str, dict[str, float]] = {}
    for rung in report.rungs:
        for finding in rung.findings:
            if finding.figures is None:
                if finding.verdict != "same":
                    raise ValueError(f"{rung.name}: {finding}")
                continue
            row = most.setdefault(finding.row, dict.fromkeys(MEASURES, 0.0))
            for measure in MEASURES:
                value = float(f"{getattr(finding.figures, measure) or 0:.3g}")
                row[measure] = max(row[measure], value)
    return most
