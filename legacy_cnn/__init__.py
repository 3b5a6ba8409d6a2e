"""A 2017 TensorFlow 1 tutorial, an MNIST CNN, kept running op for op on today's TensorFlow."""

import importlib

__version__ = "0.1.0"

# Loaded on first use: importing the package costs milliseconds and has no side effect.
_PUBLIC = {
    "input_data": "legacy_cnn.input_data",
    "tutorial": "legacy_cnn.tutorial",
    "train": "legacy_cnn.training",
    "open_run": "legacy_cnn.training",
    "evaluate": "legacy_cnn.evaluation",
    "predict": "legacy_cnn.prediction",
    "convert": "legacy_cnn.conversion",
    "parity": "legacy_cnn.parity",
    "LegacyCnnError": "legacy_cnn.errors",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name):
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(_PUBLIC[name])
    return module if module.__name__.endswith(f".{name}") else getattr(module, name)


def __dir__():
    return sorted(__all__)
