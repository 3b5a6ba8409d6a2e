"""What `legacy-cnn train` does, with whichever implementation and graph."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import training
from legacy_cnn.bench.contenders.loop import FOREVER, AfterStep, Loop
from legacy_cnn.settings import Settings
from legacy_cnn.training.runs import build_program


class Trained(Loop):
    """A run of `legacy-cnn train`."""

    def __init__(self, **settings: Any) -> None:
        """Takes fields of `Settings` that are not the tutorial's."""
        self._settings = {"epochs": FOREVER, **settings}

    def train(self, after_step: AfterStep) -> None:
        with tempfile.TemporaryDirectory() as directory:
            run = Path(directory) / "run"
            training.train(run, on_step=lambda step: after_step(), **self._settings)

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._program = build_program(Settings(**self._settings))
        self._program.initialise(weights)

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._program.logits(images)
