"""The Keras port, trained by `fit`, on whichever backend KERAS_BACKEND names."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from legacy_cnn.bench.contenders.loop import FOREVER, AfterStep, Loop
from legacy_cnn.bench.contenders.sets import BATCH, EVALUATION_BATCH, training_set
from legacy_cnn.ports import keras as port


class KerasFit(Loop):
    """Keras' own training loop."""

    def train(self, after_step: AfterStep) -> None:
        images, labels = training_set()
        port.build_model().fit(
            images,
            np.eye(10, dtype=np.float32)[labels],
            BATCH,
            FOREVER,
            verbose=0,
            callbacks=[_AfterStep(after_step)],
        )

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._model = port.build_model()
        for name, variable in port.parameters(self._model).items():
            variable.assign(weights[name])

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._model.predict(images, EVALUATION_BATCH, verbose=0)


class _AfterStep(keras.callbacks.Callback):
    def __init__(self, after_step: AfterStep) -> None:
        super().__init__()
        self._after_step = after_step

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._after_step()
