"""Finds in a graph what its names would say: inputs, layers, loss, parameters and training."""
