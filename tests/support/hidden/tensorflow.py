"""Stands for TensorFlow where it is not installed."""

raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")
