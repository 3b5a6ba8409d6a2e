"""Lets the network of a cluster stall, for a while or for good, or cuts its connections.

Every process reaches the others through proxies on loopback. An end is right if every process has
ended in time, either with a complete run or with one sentence, and the newest checkpoint has the
weights that the run recorded with it.
"""

import argparse
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from experiments.support import cluster_runs, recorded
from experiments.support.cluster_runs import APART, End, Words, agrees, losses_of
from experiments.support.commands import until
from experiments.support.proxy import Network

HELP = "let the network of a cluster stall, and cut it"
WRITES = ("cluster_stalls.json",)
TAKES = "fifteen minutes"

SEED, RUNS, PATIENCE = 29, 5, 10.0
#: Seconds within which every process has to end after the network has stalled for good.
LATEST = 3 * PATIENCE + 30
#: Seconds after the chief's run directory is there.
MOMENTS = (0.0, 6.0)
#: What happens -> seconds for which nothing passes; None cuts all connections, which can be made
#: again.
KINDS: dict[str, float | None] = {
    "stalls for 5 seconds": 5.0,
    "stalls for good": float("inf"),
    "loses all connections": None,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    kinds = dict.fromkeys(KINDS, 1 if arguments.quick else RUNS)
    record = {
        kind: {
            "runs": len(ends),
            "right": sum(end["right"] for end in ends),
            "complete": sum(end["complete"] for end in ends),
            "seconds": max(end["seconds"] for end in ends),
        }
        for kind, ends in cluster_runs.ends(kinds, SEED, _disturbed).items()
    }
    facts = {"patience": PATIENCE, "latest": LATEST, "kinds": record}
    recorded.write(arguments, "cluster_stalls.json", facts)


def _disturbed(run_dir: Path, words: Words, kind: str, generator: Any, losses: list[float]) -> End:
    """Trains on a cluster whose network is disturbed once; how that has ended."""
    with Network() as network:
        processes = _started(network, [*map(str, words), "--run-dir", str(run_dir)])
        until((run_dir / "config.json").exists)
        time.sleep(generator.uniform(*MOMENTS))
        began, seconds = time.monotonic(), KINDS[kind]
        _disturb(network, seconds)
        ends = [_end(process, began) for process in processes]
        took = round(time.monotonic() - began, 1)
    found = losses_of(run_dir) if (run_dir / "results.json").exists() else []
    complete = len(found) == len(losses) and not any(status for status, _ in ends)
    close = all(abs(one / other - 1) < APART for one, other in zip(found, losses, strict=False))
    sentences = all(_is_sentence(said) for status, said in ends if status)
    is_so = complete or seconds == float("inf") or kind.startswith("loses")
    right = is_so and close and sentences and _agrees(run_dir)
    end = {"right": right, "complete": complete, "seconds": took}
    print(kind, end, [said[-300:] for status, said in ends if status], file=sys.stderr)
    return end


def _disturb(network: Network, seconds: float | None) -> None:
    if seconds is None:
        network.cut()
        return
    network.open.clear()
    if seconds != float("inf"):
        threading.Timer(seconds, network.open.set).start()


def _started(network: Network, words: list[str]) -> "list[subprocess.Popen[str]]":
    """A parameter server and two workers, each of which reaches the others through proxies."""
    from legacy_cnn.cluster.here import free_addresses

    tasks = [("ps", 0), ("worker", 0), ("worker", 1)]
    addresses = free_addresses(len(tasks))
    proxies = [network.proxy(address) for address in addresses]
    processes = []
    for number, (job, task) in enumerate(tasks):
        seen = [*proxies[:number], addresses[number], *proxies[number + 1 :]]
        spec = ",".join(f"{job}={at}" for (job, _), at in zip(tasks, seen, strict=True))
        where = ["--cluster", spec, "--job", job, "--task", task, "--patience", PATIENCE]
        processes.append(
            subprocess.Popen(
                [sys.executable, "-P", "-m", "legacy_cnn", "train", *words, *map(str, where)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    return processes


def _end(process: "subprocess.Popen[str]", began: float) -> tuple[int, str]:
    """Exit status, and stderr; a process that is late is killed, and its end is no sentence."""
    try:
        _, said = process.communicate(timeout=max(0.1, began + LATEST - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return 1, "Traceback: it did not end"
    return process.returncode, said


def _is_sentence(said: str) -> bool:
    last = said.strip().splitlines()[-1:]
    return "Traceback" not in said and bool(last) and last[0].startswith("legacy-cnn: ")


def _agrees(run_dir: Path) -> bool:
    """Whether the newest checkpoint, if there is one, is what the run has recorded."""
    return not (run_dir / "results.json").exists() or agrees(run_dir)
