"""What `legacy-cnn train` does, with whichever implementation and graph."""

import tempfile
from pathlib import Path

from legacy_cnn import training
from legacy_cnn.bench.contenders.base import FOREVER, Program
from legacy_cnn.settings import Settings
from legacy_cnn.training import models


class Trained(Program):
    def __init__(self, **settings):
        """`settings` are those of `Settings` that are not the tutorial's."""
        self._settings = {"epochs": FOREVER, **settings}

    def train(self, after_step):
        with tempfile.TemporaryDirectory() as directory:
            # The run asks after every step whether to stop.
            training.train(self._settings, Path(directory) / "run", stop=after_step)

    def load(self, weights):
        self._model = models.build(Settings(**self._settings))
        self._model.initialise(weights)

    def logits(self, images):
        return self._model.logits(images)
