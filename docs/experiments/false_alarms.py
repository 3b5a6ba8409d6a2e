"""Compares the tutorial with its ports a hundred times, where nothing is wrong.

    python docs/experiments/false_alarms.py      writes false_alarms.json (an hour on two cores);
                                             goes on where an interrupted one stopped

Each run is the whole ladder with its own seed: the graph in a session of one or two threads,
against the eager port, `tf.function`, and Keras with the graph's dropout noise and with its own,
in a process of one or two threads, with oneDNN and without. What is recorded is the tolerance
that each would have needed; a false alarm is a run that the table in
`legacy_cnn.parity.tolerance` would not have passed.
"""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent / "results"
RECORD = HERE / "false_alarms.json"
PORTS = ("eager", "function", "keras, noise fed", "keras")
RUNS = 100


def runs():
    """What the hundred are: seed, port, threads of session and process, oneDNN."""
    grounds = itertools.cycle(itertools.product((1, 2), (2, 1), ("1", "0")))
    for seed, (session, process, onednn) in zip(range(RUNS), grounds, strict=False):
        # Every port on every ground: eight grounds, four ports, shifted after each round.
        port = PORTS[(seed + seed // 8) % len(PORTS)]
        yield {
            "seed": seed, "port": port, "session_threads": session,
            "process_threads": process, "onednn": onednn,
        }  # fmt: skip


def main():
    done = json.loads(RECORD.read_text())["runs"] if RECORD.exists() else []
    seeds = {run["seed"] for run in done}
    for run in runs():
        if run["seed"] in seeds:
            continue
        environment = {
            **os.environ,
            "TF_ENABLE_ONEDNN_OPTS": run["onednn"],
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        command = [sys.executable, __file__, json.dumps(run)]
        made = subprocess.run(command, env=environment, capture_output=True, text=True)
        if made.returncode:
            sys.exit(made.stderr)
        done.append({**run, **json.loads(made.stdout.splitlines()[-1])})
        RECORD.write_text(json.dumps({"runs": done}) + "\n")
        print(run, done[-1]["seconds"], flush=True)


def worker(run):
    """One comparison; prints what it needed, as JSON."""
    from legacy_cnn.parity import compare, ladder
    from legacy_cnn.parity.tolerance import Tolerance
    from legacy_cnn.training.models.variables import use_threads

    use_threads(run["process_threads"])
    # Nothing is allowed to stop it: the figures are judged afterwards.
    boundless = Tolerance(absolute=float("inf"))
    ladder.TOLERANCES = dict.fromkeys(ladder.TOLERANCES, boundless)
    report = compare(
        port(run["port"]), seed=run["seed"], threads=run["session_threads"], keep_going=True
    )
    print(json.dumps({**figures(report), "accuracy": report.accuracy, "seconds": report.seconds}))


def port(name):
    from legacy_cnn.ports import eager, keras

    if name.startswith("keras"):
        return keras.build_model(noise=name != "keras")
    return eager.Tutorial(function=name == "function")


def figures(report):
    """Row of the table -> measure -> the most that was needed."""
    most = {}
    for rung in report.rungs:
        for finding in rung.findings:
            if finding.figures is None:
                if finding.verdict != "same":
                    raise SystemExit(f"{rung.name}: {finding}")
                continue
            row = most.setdefault(finding.row, {})
            for measure in ("absolute", "relative", "ulp", "norm"):
                value = float(f"{getattr(finding.figures, measure) or 0:.3g}")
                row[measure] = max(row.get(measure, 0.0), value)
    return {"needed": most}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        worker(json.loads(sys.argv[1]))
    else:
        main()
