"""A 2017 TensorFlow 1 tutorial, an MNIST CNN, kept running op for op on today's TensorFlow."""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# What is public, for editors and type checkers; Python imports a name when it is first used, so
# that importing the package costs milliseconds and has no side effect.
if TYPE_CHECKING:
    from legacy_cnn import bench as bench
    from legacy_cnn import input_data as input_data
    from legacy_cnn import lessons as lessons
    from legacy_cnn import originals as originals
    from legacy_cnn import parity as parity
    from legacy_cnn import results as results
    from legacy_cnn import show as show
    from legacy_cnn import tutorial as tutorial
    from legacy_cnn.comparison import compare as compare
    from legacy_cnn.conversion import convert as convert
    from legacy_cnn.errors import LegacyCnnError as LegacyCnnError
    from legacy_cnn.evaluation import evaluate as evaluate
    from legacy_cnn.inspection import inspect as inspect
    from legacy_cnn.prediction import predict as predict
    from legacy_cnn.serving import export as export
    from legacy_cnn.study import reproduce as reproduce
    from legacy_cnn.training import open_run as open_run
    from legacy_cnn.training import train as train

_MODULES = ("bench", "input_data", "lessons", "originals", "parity", "results", "show", "tutorial")

#: Name -> the module that has it.
_NAMES = {
    "LegacyCnnError": "errors",
    "compare": "comparison",
    "convert": "conversion",
    "evaluate": "evaluation",
    "export": "serving",
    "inspect": "inspection",
    "open_run": "training",
    "predict": "prediction",
    "reproduce": "study",
    "train": "training",
}

__all__ = ["__version__", *_MODULES, *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"{__name__}.{_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
