"""A training run of the tutorial that can be watched, stopped, resumed, repeated and believed."""

from legacy_cnn.settings import Settings
from legacy_cnn.training.loop import Interrupted, train
from legacy_cnn.training.opening import begin_run, open_run

__all__ = ["Interrupted", "Settings", "begin_run", "open_run", "train"]
