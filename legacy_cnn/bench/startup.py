"""What it costs to begin: each in a new process, round after round."""

import time

from legacy_cnn.processes.child import run_to_end

#: Title -> arguments of Python.
STARTS = {
    "legacy-cnn --help": ("-m", "legacy_cnn", "--help"),
    "import legacy_cnn": ("-c", "import legacy_cnn"),
    "import tensorflow": ("-c", "import tensorflow"),
    "import legacy_cnn.tutorial": ("-c", "import legacy_cnn.tutorial"),
}


def measure(rounds, watch):
    """Dict from what was begun to its seconds, one for each round."""
    seconds: dict = {title: [] for title in STARTS}
    for number in range(rounds):
        watch(f"start-up: round {number + 1} of {rounds}")
        for title, arguments in STARTS.items():
            seconds[title].append(_seconds(arguments))
    return seconds


def _seconds(arguments):
    before = time.perf_counter()
    run_to_end(arguments)
    return time.perf_counter() - before
