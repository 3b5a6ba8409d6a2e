"""A whole training run: its seconds, and its memory as it went.

python -m legacy_cnn.bench.whole_run SETTINGS THREADS
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from legacy_cnn.processes.conversation import Conversation, peak_memory, use_cores


def measure(settings: dict[str, Any]) -> dict[str, Any]:
    """Trains a run.

    Args:
      settings: dict of `Settings` that are not the tutorial's.

    Returns:
      Dict: "seconds" of training; "outside", the share of them that is not spent in the
      implementation; "memory", the peak in bytes after each epoch.
    """
    from legacy_cnn import training

    memory: list[int] = []
    with tempfile.TemporaryDirectory() as directory:
        result = training.train(
            Path(directory) / "run", on_step=lambda step: memory.append(peak_memory()), **settings
        )
    steps = len(memory) // len(result.epochs)
    seconds = result.seconds
    return {
        "seconds": seconds.training,
        "outside": 1 - seconds.computing / seconds.training,
        "memory": [*memory[steps::steps], peak_memory()],
    }


if __name__ == "__main__":
    use_cores(int(sys.argv[2]))
    conversation = Conversation()  # first, as the run prints its lines
    conversation.reply(**measure(json.loads(sys.argv[1])))
