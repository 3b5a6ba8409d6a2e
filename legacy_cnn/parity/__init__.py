"""Checks whether a port is the same program as the graph, and where it first differs."""

from legacy_cnn.parity.assertion import assert_same_program
from legacy_cnn.parity.candidates import Port
from legacy_cnn.parity.ladder import compare
from legacy_cnn.parity.names import GraphNames, Mapping
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
