"""Measurements in processes of their own: `process` starts and asks them, `conversation` is their
side of it."""
