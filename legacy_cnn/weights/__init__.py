"""The eight trained arrays outside of a run: in files, and under other programs' names."""

from legacy_cnn.weights.files import read, write

__all__ = ["read", "write"]
