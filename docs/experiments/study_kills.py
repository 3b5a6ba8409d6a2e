"""Kills processes of studies on a Dask cluster at random moments, and records how they end.

The directory of a study is /proc/self/cwd/study: which one that is depends on the current directory
of each process, so that workers see the study's own, or another one, as on other machines.

An end is right if `results.json` is that of the same study on one machine that nobody disturbed,
but for times, and if nothing was trained again that the study's directory had at the kill. A task
that is given to another worker starts a process, which trains nothing if it finds all epochs there.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from experiments.support import recorded, small_runs
from experiments.support.commands import LATE, until
from experiments.support.loopback import Loopback, Starts
from legacy_cnn.processes.child import INTERPRETER

HELP = "kill processes of a study on a Dask cluster at random moments"
WRITES = ("study_kills.json",)
TAKES = "a quarter of an hour, on Linux"

#: What is killed, and whether the storage is shared; kills of each.
CELLS = [
    (killed, shared)
    for killed in ("worker", "worker without a nanny", "scheduler", "client")
    for shared in (True, False)
]
EACH = 2
SEED, WORKERS = 31, 2
#: The moments are in this part of the time of a study on one machine; tasks take a little longer.
PART = 1.0
#: Three trainings of some seconds, on so many images.
SEEDS, IMAGES = 3, 6000
STUDY = ("--variants", "fixed", "--epochs", 3, "--seeds", SEEDS, "--threads", 1)
DIRECTORY = "/proc/self/cwd/study"


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    import numpy as np

    generator = np.random.default_rng(SEED)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = (*STUDY, "--data-dir", small_runs.data(folder / "data", IMAGES))
        seconds = small_runs.sound("reproduce", folder / "whole", *words, "--jobs", WORKERS).seconds
        whole = without_times(folder / "whole")
        for killed, shared in [("client", False)] if arguments.quick else CELLS:
            ends: list[dict[str, Any]] = []
            while len(ends) < (1 if arguments.quick else EACH):
                after = generator.uniform(0, PART * seconds)
                end = disturbed(folder / f"{after}", words, killed, shared, after)
                end["same"] = end.pop("results") == whole
                print(end, file=sys.stderr)
                ends += [end] if end["was_killed"] else []  # it may have ended before
            rows.append({"killed": killed, "shared": shared, **summary(ends)})
    recorded.write(arguments, "study_kills.json", {"trainings": SEEDS, "rows": rows})


def without_times(study: Path) -> Any:
    """The results of a study, but for the seconds of each training; None if there are none."""
    with contextlib.suppress(FileNotFoundError):
        value = json.loads((study / "results.json").read_text())
        for runs in value["trainings"].values():
            for run in runs:
                del run["seconds"]
        return value


def summary(ends: list[dict[str, Any]]) -> dict[str, int]:
    """Counts what has become of the studies of which one kind of process was killed."""
    return {
        "kills": len(ends),
        "right": sum(
            end["same"] and not end["status"] and end["once"] and not end["again"] for end in ends
        ),
        "commands": sum(end["commands"] for end in ends),
        "repeated": sum(end["repeated"] for end in ends),
        "again": sum(end["again"] for end in ends),
    }


def disturbed(
    folder: Path, words: tuple[object, ...], killed: str, shared: bool, after: float
) -> dict[str, Any]:
    """A study of which a process is killed some seconds after its first training has begun.

    Returns:
      How it ended.
    """
    for name in ("here", "there"):
        (folder / name).mkdir(parents=True)
    here = folder / "here"
    cwd = here if shared else folder / "there"
    nanny = killed != "worker without a nanny"
    cluster = Loopback(folder / "dask", cwd=cwd, nanny=nanny)
    command = (*words, "--scheduler", cluster.address)
    with Starts(folder / "dask") as starts, cluster:
        cluster.start(WORKERS)
        workers = cluster.workers()
        with study(here, command) as client:
            until(lambda: starts.names)
            time.sleep(after)
            number = {"scheduler": cluster.scheduler, "client": client.pid}
            before, kept = Counter(starts.names), complete(here / "study")
            was_killed = client.poll() is None
            if was_killed:
                os.kill(number.get(killed, workers[0]), signal.SIGKILL)
            status, commands = client.wait(LATE), 1
        if status:
            cluster.start(WORKERS)
            with study(here, command) as client:
                status, commands = client.wait(LATE), 2
        later = Counter(starts.names) - before
        if shared:
            for name, written in complete(here / "study").items():
                if kept.get(name) == written:
                    del later[name]
    until(lambda: not starts.look())  # they end by themselves
    return {
        "killed": killed,
        "shared": shared,
        "was_killed": was_killed,
        "status": status,
        "commands": commands,
        "before": dict(before),
        "later": dict(later),
        "once": max(later.values(), default=0) <= 1,
        "repeated": sum(name in before for name in later),
        "again": sum(name in kept for name in later),
        "results": without_times(here / "study"),
    }


def study(cwd: Path, words: tuple[object, ...]) -> "subprocess.Popen[bytes]":
    """Starts the command of a study."""
    command = [*INTERPRETER, "-m", "legacy_cnn", "reproduce", DIRECTORY, *map(str, words)]
    with (cwd / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=cwd)


def complete(study: Path) -> dict[str, int]:
    """When the results were written, in ns, of the trainings that a study has to their end."""
    return {
        path.parent.name: path.stat().st_mtime_ns
        for path in study.glob("runs/*/results.json")
        if json.loads(path.read_text())["status"] == "complete"
    }
