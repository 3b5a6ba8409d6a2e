"""One dialect in a process of its own.

python -m legacy_cnn.comparison.worker DIALECT SETTINGS

It builds the program and takes a step before its first reply; then `{"train": N}` asks for N more
steps, and `{"look": 1}` for what else there is to see.
"""

import json
import sys
import time

from legacy_cnn.settings import CompareSettings
from legacy_cnn.workers.conversation import Conversation, peak_memory, use_cores


def main(dialect, settings):
    """
    Args:
      dialect: one of `settings.IMPLEMENTATIONS`.
      settings: `CompareSettings`.
    """
    use_cores(settings.threads)
    conversation = Conversation()
    from legacy_cnn.comparison import dialects

    imported = peak_memory()
    started = time.perf_counter()
    steps = dialects.steps(dialect, settings)
    next(steps)
    built = time.perf_counter()
    next(steps)
    conversation.reply(
        build=built - started,
        first_step=time.perf_counter() - built,
        memory_of_imports=imported,
    )
    while wanted := conversation.next("train"):
        conversation.reply(seconds=[_timed(steps) for _ in range(wanted)])
    conversation.next("look")
    memory = peak_memory()
    conversation.reply(memory=memory, **dialects.looked_at(dialect, settings, steps))


def _timed(steps):
    started = time.perf_counter()
    next(steps)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1], CompareSettings(**json.loads(sys.argv[2])))
