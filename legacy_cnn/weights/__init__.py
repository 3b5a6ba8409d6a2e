"""The eight trained arrays outside a run: in files, and under the names of other programs."""

from legacy_cnn.weights.files import read, write

__all__ = ["read", "write"]
