"""Variants of the tutorial's graph, session and training loop, for the ablations."""
