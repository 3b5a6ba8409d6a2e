"""Stands for Keras where it is not installed."""

raise ModuleNotFoundError("No module named 'keras'", name="keras")
