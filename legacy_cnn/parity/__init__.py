"""Checks whether a port is the same program as the graph, and where it first differs."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legacy_cnn.parity.assertion import assert_same_program
    from legacy_cnn.parity.ladder import compare
    from legacy_cnn.parity.names import GraphNames, Mapping
    from legacy_cnn.parity.sides.opening import Port
    from legacy_cnn.results.report import Finding, Report, Rung

__all__ = [
    "Finding",
    "GraphNames",
    "Mapping",
    "Port",
    "Report",
    "Rung",
    "assert_same_program",
    "compare",
]

# Loaded on first use: differences and tolerances need NumPy only.
_MODULES = {
    "Finding": "legacy_cnn.results.report",
    "GraphNames": "legacy_cnn.parity.names",
    "Mapping": "legacy_cnn.parity.names",
    "Port": "legacy_cnn.parity.sides.opening",
    "Report": "legacy_cnn.results.report",
    "Rung": "legacy_cnn.results.report",
    "assert_same_program": "legacy_cnn.parity.assertion",
    "compare": "legacy_cnn.parity.ladder",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
