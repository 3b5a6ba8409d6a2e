"""MNIST, or any set in the same four files: checked, split and drawn in batches. NumPy only."""

from legacy_cnn.mnist.dataset import DataSet, Shuffler
from legacy_cnn.mnist.loaders import loader
from legacy_cnn.mnist.loading import Mnist, load, load_and_tell, load_data, load_present
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.mnist.seeds import op_seed
from legacy_cnn.mnist.splitting import Examples, Split, one_hot_rows, split

__all__ = [
    "DataSet",
    "Examples",
    "Mnist",
    "Shuffler",
    "Split",
    "load",
    "load_and_tell",
    "load_data",
    "load_present",
    "loader",
    "one_hot_rows",
    "op_seed",
    "scaled",
    "split",
]
