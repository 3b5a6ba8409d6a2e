"""Mistakes made on purpose in the reference, to prove what a difference comes from."""
