"""Candidates: what is compared with the reference, behind one interface (`candidate.py`)."""

from legacy_cnn.parity.candidates.opening import Port, open_candidate

__all__ = ["Port", "open_candidate"]
