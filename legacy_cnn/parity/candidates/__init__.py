"""What is compared with the reference, in each of its kinds, behind one face (`base.Candidate`)."""

from legacy_cnn.parity.candidates.opening import Port, open_candidate

__all__ = ["Port", "open_candidate"]
