"""Compares graphs with ports of them a hundred times, where nothing is wrong.

Each run is the whole ladder with its own seed: a graph in a session of one or two threads, against
a port in a process of one or two threads, with oneDNN and without. Half of the runs are of the
tutorial, against the eager port, `tf.function`, the optimised graph, and Keras with the graph's
dropout noise and with its own, with batches of several sizes and keep probabilities from 0.05 to 1.
The others are of the foreign programs of the tests, in turn. The record has, for each row of
`legacy_cnn.parity.tolerance`, the most of its tolerance that was needed, as a multiple of the
measured noise: the bound on that multiple rests on these. A false alarm is a run that needed more.
"""

import argparse
import importlib.util
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
PROGRAMS = sorted((recorded.RESULTS.parents[1] / "tests" / "programs").glob("*.py"))
NEEDS_ONEDNN = ("channels_first",)  #: TensorFlow's other kernels have no convolution for it
FOREIGN = "foreign"  #: in the place of a port: the next of the programs
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
    for ground in grounds([*PORTS, *[FOREIGN] * len(PORTS)], 1 if arguments.quick else RUNS):
        if ground["port"] == FOREIGN:
            ground["port"] = PROGRAMS[ground["seed"] % len(PROGRAMS)].stem
            if ground["port"] in NEEDS_ONEDNN:
                ground["onednn"] = "1"
        if ground["seed"] not in done:
            settings = settings_of(ground, QUICK_STEPS if arguments.quick else STEPS)
            measured = apart.call(compared, environment(ground), ground=ground, settings=settings)
            runs.append({**ground, **settings, **measured})
            recorded.write(arguments, record.name, {"runs": runs})
            print(ground, runs[-1]["verdict"], runs[-1]["seconds"], file=sys.stderr)


def settings_of(ground: Ground, steps: int) -> dict[str, Any]:
    """The settings of a run."""
    seed = ground["seed"]
    settings: dict[str, Any] = {"steps": steps, "batch_size": BATCH_SIZES[seed % len(BATCH_SIZES)]}
    if ground["port"] in PORTS:  # others bring what they feed
        settings["keep_prob"] = KEEP_PROBS[seed % len(KEEP_PROBS)]
    return settings


def compared(ground: Ground, settings: dict[str, Any]) -> dict[str, Any]:
    """Compares a port; returns what it needed."""
    from legacy_cnn import parity
    from legacy_cnn.threads import use_threads

    use_threads(ground["process_threads"])
    candidate, more = programs_of(ground["port"], settings)
    report = parity.compare(
        candidate,
        seed=ground["seed"],
        threads=ground["session_threads"],
        keep_going=True,  # a difference above its tolerance is a figure like any other
        **settings,
        **more,
    )
    return {
        "verdict": report.verdict,
        "first": report.to_json()["first"],
        "needed": needed(report),
        "accuracy": report.accuracy,
        "seconds": report.seconds,
    }


def programs_of(name: str, settings: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A port, and what else a comparison is given."""
    if name in PORTS:
        return port(name, settings["keep_prob"]), {}
    path = next(each for each in PROGRAMS if each.stem == name)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    foreign = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(foreign)
    return foreign.right(), {"reference": foreign.build, "feeds": getattr(foreign, "FEEDS", None)}


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

    Infinite where a difference has no figures, as one of shapes. What is rewritten is none.
    """
    most: dict[str, dict[str, float]] = {}
    findings = (finding for rung in report.rungs for finding in rung.findings)
    for finding in (each for each in findings if each.verdict != "rewritten"):
        row = most.setdefault(finding.row, dict.fromkeys(MEASURES, 0.0)) if finding.row else {}
        for measure in row:
            value = getattr(finding.figures, measure) if finding.figures else 0.0
            if finding.figures is None and finding.verdict == "different":
                value = math.inf
            row[measure] = max(row[measure], float(f"{value or 0:.3g}"))
    return most
