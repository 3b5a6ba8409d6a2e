"""The old releases as the yardstick: what a TensorFlow 1 program computed there, replayed here.

`recorder.py` is one file for the old environment; `legacy-cnn recorder` prints it. It writes a
trace, which `read_trace` reads and `replay` compares with what today's TensorFlow computes.
`environments.py` and `installing.py` set old releases up, `compare` compares the tutorial's steps.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legacy_cnn.originals.comparing import compare as compare
    from legacy_cnn.originals.replaying import replay as replay
    from legacy_cnn.originals.trace import Environment as Environment
    from legacy_cnn.originals.trace import KeptStep as KeptStep
    from legacy_cnn.originals.trace import Trace as Trace
    from legacy_cnn.originals.trace import read_trace as read_trace

#: Name -> the module that has it, imported on first use: not all need TensorFlow.
_NAMES = {
    "Environment": "trace",
    "KeptStep": "trace",
    "Trace": "trace",
    "compare": "comparing",
    "read_trace": "trace",
    "replay": "replaying",
}

__all__ = [*_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
