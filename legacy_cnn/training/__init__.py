"""A training run of the tutorial that can be watched, stopped, resumed and repeated."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legacy_cnn.settings import Settings
    from legacy_cnn.training.loop import train
    from legacy_cnn.training.progress import StepDone
    from legacy_cnn.training.runs import begin_run, open_run
    from legacy_cnn.training.trainer import Interrupted

__all__ = ["Interrupted", "Settings", "StepDone", "begin_run", "open_run", "train"]

# Loaded on first use: what a run draws and is fed with (`randomness`, `feeding`) needs NumPy only.
_MODULES = {
    "Interrupted": "legacy_cnn.training.trainer",
    "Settings": "legacy_cnn.settings",
    "StepDone": "legacy_cnn.training.progress",
    "begin_run": "legacy_cnn.training.runs",
    "open_run": "legacy_cnn.training.runs",
    "train": "legacy_cnn.training.loop",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
