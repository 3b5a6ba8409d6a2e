"""A cluster whose chief is this process, and what its processes have used; on Linux."""

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legacy_cnn.cluster import SAID
from legacy_cnn.cluster.place import Place
from legacy_cnn.processes.child import Child, with_environment

if TYPE_CHECKING:
    pass

#: Of all processes, in seconds: a measurement may leave them alone for long.
PATIENCE = 300.0

#: Runs before those that count, and seconds of all that count for each repeat that is asked for:
#: the system counts processor time in hundredths of a second.
WARM, SECONDS = 3, 0.02

Figures = dict[str, float]


@contextlib.contextmanager
def started(place: Place) -> Iterator[int]:
    """A process of the cluster at another place, with one thread if it is a worker; its number."""
    threads = [] if place.job == "ps" else ["--threads", "1"]
    where = ["--cluster", place.words(), "--job", place.job, "--task", str(place.task)]
    words = ["legacy_cnn", "train", *threads, *where, "--patience", str(place.patience)]
    with Child(words, environment=with_environment({SAID: "1"}), tied=True) as child:
        yield child.process.pid
        child.terminate()


def timed(call: Callable[[], Any], repeats: int, ps: int | None = None) -> Figures:
    """Median wall time, and mean processor time, of a call; and of the parameter server.

    Args:
      call: what is measured.
      repeats: how often at least, after `WARM` times.
      ps: number of the server's process.
    """
    for _ in range(WARM):
        began = time.perf_counter()
        call()
        took = time.perf_counter() - began
    repeats = max(repeats, round(repeats * SECONDS / took))
    own, theirs, seconds = time.process_time(), used([ps] if ps else []), []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return {
        "seconds": statistics.median(seconds),
        "cpu": (time.process_time() - own) / repeats,
        "ps_cpu": (used([ps] if ps else []) - theirs) / repeats,
    }


def used(processes: Sequence[int]) -> float:
    """Processor time of other processes, in seconds; the system counts hundredths."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for number in processes:
        _, _, fields = Path(f"/proc/{number}/stat").read_text().rpartition(") ")
        user, system = fields.split()[11:13]
        total += int(user) + int(system)
    return total / ticks


def loopback() -> int:
    """Bytes that loopback has carried until now."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == "lo":
            return int(numbers.split()[0])
    return 0
