"""A training run of the tutorial that can be watched, stopped, resumed and repeated."""

from legacy_cnn.training.loop import train
from legacy_cnn.training.progress import StepDone
from legacy_cnn.training.runs import begin_run, open_run
from legacy_cnn.training.trainer import Interrupted

__all__ = ["Interrupted", "StepDone", "begin_run", "open_run", "train"]
