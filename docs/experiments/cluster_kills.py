"""Kills processes of a cluster at random moments, and records whether the run ends as it should.

An end is right if the run is complete, its losses are those of a single process but for what two
roundings drift apart in so many steps, and its checkpoint has the accuracy that it recorded.
"""

import argparse
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
TAKES = "ten minutes, on Linux"

#: Process -> kills, twenty together.
KILLS = {"ps 0": 7, "worker 1": 7, "worker 0, the chief,": 6}
SEED, PATIENCE = 23, 30.0
#: Seconds after the start at which a process is killed.
MOMENTS = (2.0, 12.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    kinds = dict.fromkeys(KILLS, 1) if arguments.quick else KILLS
    record = {
        process.strip(","): {
            "kills": sum(end["killed"] for end in ends),
            "right": sum(end["right"] for end in ends),
            "apart": max(end["apart"] for end in ends),
            "seconds": round(max(end["seconds"] for end in ends), 1),
        }
        for process, ends in cluster_runs.ends(kinds, SEED, _killed).items()
    }
    recorded.write(arguments, "cluster_kills.json", record)


def _killed(run_dir: Path, words: Words, process: str, generator: Any, losses: list[float]) -> End:
    """Trains on a cluster of which a process is killed; how that has ended."""
    from legacy_cnn.cluster.here import Cluster

    began, said = time.monotonic(), list[str]()
    jobs = {"ps": 1, "worker": 2}
    with Cluster(jobs, [*map(str, words)], run_dir, PATIENCE, said.append) as cluster:
        number = cluster.processes()[process]
        timer = threading.Timer(generator.uniform(*MOMENTS), os.kill, (number, signal.SIGKILL))
        timer.start()
        status = cluster.watch(lambda: False)
        timer.cancel()
    found = losses_of(run_dir)
    pairs = zip(found, losses, strict=False)
    apart = max((abs(one / other - 1) for one, other in pairs), default=1.0)
    right = (status, len(found)) == (0, len(losses)) and apart < APART and agrees(run_dir)
    end = {"killed": any("SIGKILL" in each for each in said), "right": right, "apart": apart}
    print(process, end, file=sys.stderr)
    return {**end, "apart": float(f"{apart:.2g}"), "seconds": time.monotonic() - began}
