"""Start-up time: each command in a new process, round after round."""

import time
from collections.abc import Callable, Sequence

from legacy_cnn.processes.child import run_to_end

#: Title -> arguments of Python.
STARTS = {
    "legacy-cnn --help": ("-m", "legacy_cnn", "--help"),
    "import legacy_cnn": ("-c", "import legacy_cnn"),
    "import tensorflow": ("-c", "import tensorflow"),
    "import legacy_cnn.tutorial": ("-c", "import legacy_cnn.tutorial"),
}


def measure(rounds: int, watch: Callable[[str], object]) -> dict[str, tuple[float, ...]]:
    """Starts each command once in every round.

    Args:
      rounds: number of rounds.
      watch: called with a text about the progress.

    Returns:
      Dict from each of `STARTS` to its seconds, one for each round.
    """
    seconds: dict[str, tuple[float, ...]] = dict.fromkeys(STARTS, ())
    for number in range(rounds):
        watch(f"start-up: round {number + 1} of {rounds}")
        for title, arguments in STARTS.items():
            seconds[title] += (_seconds(arguments),)
    return seconds


def _seconds(arguments: Sequence[str]) -> float:
    before = time.perf_counter()
    run_to_end(arguments)
    return time.perf_counter() - before
