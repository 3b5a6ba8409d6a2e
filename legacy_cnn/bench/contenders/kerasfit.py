"""The Keras port, trained by `fit`, on whichever backend KERAS_BACKEND names."""

import keras
import numpy as np

from legacy_cnn.bench.contenders.base import BATCH, EVALUATION_BATCH, FOREVER, Program, training_set
from legacy_cnn.ports import keras as port


class KerasFit(Program):
    def train(self, after_step):
        images, labels = training_set()
        port.build_model().fit(
            images,
            np.eye(10, dtype=np.float32)[labels],
            BATCH,
            FOREVER,
            verbose=0,
            callbacks=[_AfterStep(after_step)],
        )

    def load(self, weights):
        self._model = port.build_model()
        for name, variable in port.parameters(self._model).items():
            variable.assign(weights[name])

    def logits(self, images):
        return self._model.predict(images, EVALUATION_BATCH, verbose=0)


class _AfterStep(keras.callbacks.Callback):
    def __init__(self, after_step):
        super().__init__()
        self._after_step = after_step

    def on_train_batch_end(self, batch, logs=None):
        self._after_step()
