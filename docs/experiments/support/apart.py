"""Functions of experiments, each called in a process of its own.

The kernels and the number of threads of TensorFlow are a process's, and memory and caches of one
measurement must not change the next one.

    python -m experiments.support.apart MODULE:FUNCTION ARGUMENTS
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from legacy_cnn.processes.conversation import Conversation
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.programs import resolve
from legacy_cnn.tensorflow_start import ENVIRONMENT

#: The directory of this package.
_DOCS = str(Path(__file__).resolve().parents[2])


def call(
    function: Callable[..., Any],
    environment: Mapping[str, str] | None = None,
    /,
    **arguments: Any,
) -> Any:
    """Calls a function in a process of its own.

    Args:
      function: of a module in `experiments`.
      environment: what the process has besides `importable`, with oneDNN on unless it says "0".
      **arguments: of the function, JSON.

    Returns:
      What the function returns, as JSON gives it back.

    Raises:
      BenchError: the function failed.
    """
    path = f"{function.__module__}:{function.__qualname__}"
    reply = reply_of(
        path,
        __name__,
        path,
        json.dumps(arguments),
        environment={**ENVIRONMENT, **importable(), **(environment or {})},
    )
    return reply["result"]


def importable() -> dict[str, str]:
    """The environment in which a process can import `experiments`."""
    others = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{_DOCS}{os.pathsep}{others}" if others else _DOCS}


def main(path: str, arguments: str) -> None:
    """Calls the function and replies with its result."""
    conversation = Conversation()
    conversation.reply(result=resolve(path)(**json.loads(arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
