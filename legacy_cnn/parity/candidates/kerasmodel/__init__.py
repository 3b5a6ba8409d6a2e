"""A Keras model as the candidate: functional, sequential or subclassed."""

from legacy_cnn.parity.candidates.kerasmodel.keras_candidate import KerasCandidate

__all__ = ["KerasCandidate"]
