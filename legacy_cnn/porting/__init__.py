"""What a TensorFlow 1 graph has, and the line of Keras that equals each part of it.

The rows are data: one a kind of operation, initializer, loss, optimizer or schedule.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legacy_cnn.porting.converting import convert
    from legacy_cnn.porting.inspecting import inspect
    from legacy_cnn.porting.translating import port

__all__ = ["convert", "inspect", "port"]

_MODULES = {"convert": "converting", "inspect": "inspecting", "port": "translating"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"legacy_cnn.porting.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
