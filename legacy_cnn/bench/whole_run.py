"""A whole training run: its seconds, and its memory as it went.

python -m legacy_cnn.bench.whole_run SETTINGS THREADS
"""

import json
import sys
import tempfile
from pathlib import Path

from legacy_cnn.workers.conversation import Conversation, peak_memory, use_cores


def measure(settings):
    """
    Args:
      settings: dict of `Settings` that are not the tutorial's.

    Returns:
      Dict: "seconds" of training; "outside", the share of them that is not spent in the
      implementation; "memory", the peak in bytes after each epoch.
    """
    from legacy_cnn import training

    memory = []

    def watch():
        memory.append(peak_memory())

    with tempfile.TemporaryDirectory() as directory:
        results = training.train(settings, Path(directory) / "run", stop=watch)
    epochs = len(results["epochs"])
    steps = len(memory) // epochs
    seconds = results["seconds"]
    return {
        "seconds": seconds["training"],
        "outside": 1 - seconds["computing"] / seconds["training"],
        "memory": [*memory[steps::steps], peak_memory()],
    }


if __name__ == "__main__":
    use_cores(int(sys.argv[2]))
    conversation = Conversation()  # first, as the run prints its lines
    conversation.reply(**measure(json.loads(sys.argv[1])))
