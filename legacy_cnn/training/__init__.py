"""A training run of the tutorial that can be watched, stopped, resumed, repeated and believed."""

from legacy_cnn.settings import Settings
from legacy_cnn.training.loop import Interrupted, train
from legacy_cnn.training.opening import open_run

__all__ = ["Interrupted", "Settings", "open_run", "train"]
