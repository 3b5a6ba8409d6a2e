"""Kills processes of a cluster at random moments, and records whether the run ends as it should.

An end is right if the run is complete and its checkpoint has the weights that it recorded. If the
workers take their steps together, its losses are those of a single process, too, but for what two
roundings drift apart in so many steps; if each takes its own, no two runs are the same, and the
staleness of every step is counted once.
"""

import argparse
import functools
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from experiments.support import cluster_runs, recorded
from experiments.support.cluster_runs import APART, End, Words, agrees, losses_of

HELP = "kill processes of a cluster at random moments"
WRITES = ("cluster_kills.json",)
TAKES = "twenty minutes, on Linux"

#: How the workers take steps -> words for `train`.
WAYS: dict[str, tuple[str, ...]] = {"synchronous": (), "asynchronous": ("--asynchronous",)}
#: Process -> kills, twenty together in each of the ways.
KILLS = {"ps 0": 7, "worker 1": 7, "worker 0, the chief,": 6}
SEED, PATIENCE = 23, 30.0
#: Seconds after the start at which a process is killed.
MOMENTS = (2.0, 12.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    kinds = dict.fromkeys(KILLS, 1) if arguments.quick else KILLS
    rows = [
        {
            "way": way,
            "process": process.strip(","),
            "kills": sum(end["killed"] for end in ends),
            "right": sum(end["right"] for end in ends),
            "apart": max(end["apart"] for end in ends),
            "seconds": round(max(end["seconds"] for end in ends), 1),
        }
        for way in WAYS
        for process, ends in cluster_runs.ends(kinds, SEED, functools.partial(_killed, way)).items()
    ]
    recorded.write(arguments, "cluster_kills.json", {"rows": rows})


def _killed(
    way: str, run_dir: Path, words: Words, process: str, generator: Any, losses: list[float]
) -> End:
    """Trains on a cluster of which a process is killed; how that has ended."""
    from legacy_cnn.cluster.here import Cluster

    began, said = time.monotonic(), list[str]()
    jobs = {"ps": 1, "worker": 2}
    with Cluster(jobs, [*map(str, words), *WAYS[way]], run_dir, PATIENCE, said.append) as cluster:
        number = cluster.processes()[process]
        timer = threading.Timer(generator.uniform(*MOMENTS), os.kill, (number, signal.SIGKILL))
        timer.start()
        status = cluster.watch(lambda: False)
        timer.cancel()
    found = losses_of(run_dir)
    pairs = zip(found, losses, strict=False)
    apart = max((abs(one / other - 1) for one, other in pairs), default=1.0)
    as_it_should = _counts_every_step(run_dir) if way == "asynchronous" else apart < APART
    right = (status, len(found)) == (0, len(losses)) and as_it_should and agrees(run_dir)
    end = {"killed": any("SIGKILL" in each for each in said), "right": right, "apart": apart}
    print(way, process, end, file=sys.stderr)
    return {**end, "apart": float(f"{apart:.2g}"), "seconds": time.monotonic() - began}


def _counts_every_step(run_dir: Path) -> bool:
    """Whether the staleness of every step is counted once."""
    result = json.loads((run_dir / "results.json").read_text())
    return sum(result["staleness"]) == result["step"]
