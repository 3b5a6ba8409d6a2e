"""One dialect in a process of its own.

    python -m legacy_cnn.comparison.worker DIALECT SETTINGS

The first reply comes after the program is built and has taken a step. Then the request
`{"train": N}` asks for N more steps, and `{"inspect": 1}` for what `Dialect.inspect` returns.
"""

import json
import sys
import time
from collections.abc import Callable

from legacy_cnn.processes.conversation import Conversation, peak_memory, use_cores
from legacy_cnn.settings import CompareSettings


def main(name: str, settings: CompareSettings) -> None:
    """Runs a dialect.

    Args:
      name: one of `programs.IMPLEMENTATIONS`.
      settings: those of the comparison.
    """
    use_cores(settings.threads)
    conversation = Conversation()
    from legacy_cnn.comparison.dialects import Dialect

    imported = peak_memory()
    started = time.perf_counter()
    dialect = Dialect(name, settings)
    built = time.perf_counter()
    dialect.step()
    conversation.reply(
        build=built - started,
        first_step=time.perf_counter() - built,
        memory_of_imports=imported,
    )
    while steps := conversation.next("train"):
        conversation.reply(seconds=[_timed(dialect.step) for _ in range(steps)])
    conversation.next("inspect")
    memory = peak_memory()
    conversation.reply(memory=memory, **dialect.inspect())


def _timed(step: Callable[[], None]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1], CompareSettings(**json.loads(sys.argv[2])))
