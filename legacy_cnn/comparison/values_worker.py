"""Compares the values of all dialects in a process of its own, whose memory is free after it.

    python -m legacy_cnn.comparison.values_worker SETTINGS DIALECT ...

Each reply but the last has a text about the progress, "watch"; the last one has the "values".
"""

import json
import sys
from collections.abc import Sequence

from legacy_cnn.processes.conversation import Conversation, use_cores
from legacy_cnn.settings import CompareSettings


def main(settings: CompareSettings, names: Sequence[str]) -> None:
    """Compares the values.

    Args:
      settings: those of the comparison.
      names: of `programs.IMPLEMENTATIONS`; the first is the one that others are compared with.
    """
    use_cores(settings.threads)
    conversation = Conversation()
    from legacy_cnn.comparison import values

    found = values.differences(settings, names, lambda text: conversation.reply(watch=text))
    conversation.reply(values=found)


if __name__ == "__main__":
    main(CompareSettings(**json.loads(sys.argv[1])), sys.argv[2:])
