"""A Keras model as the candidate, as it comes: functional, sequential or subclassed."""

from legacy_cnn.parity.candidates.kerasmodel.candidate import KerasCandidate

__all__ = ["KerasCandidate"]
