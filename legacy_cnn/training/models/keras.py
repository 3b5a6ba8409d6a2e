"""The Keras port, with its dropout noise as an input."""

import keras
import numpy as np

from legacy_cnn import vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.ports import keras as port
from legacy_cnn.training.models.variables import VariablesModel, use_threads


def build(settings):
    if keras.backend.backend() != "tensorflow":
        raise UsageError(f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow.")
    use_threads(settings.threads)
    return KerasModel(settings.learning_rate, settings.keep_prob)


class KerasModel(VariablesModel):
    def __init__(self, learning_rate, keep_prob):
        self._model = port.build_model(learning_rate, keep_prob, noise=True)
        super().__init__(port.parameters(self._model), self._model.optimizer)

    def _step(self, images, labels, keep_prob, noise):
        # What train_on_batch returns are means since the last reset.
        self._model.reset_metrics()
        inputs = {"x": images, "noise": noise}
        loss, accuracy = self._model.train_on_batch(inputs, labels)
        return float(loss), round(float(accuracy) * len(images))

    def _logits(self, images, keep_prob, noise):
        # The layer's keep probability is the run's; with the dropout off it takes any noise.
        if noise is None:
            noise = np.zeros((len(images), vocabulary.DROPOUT_UNITS))
        inputs = {"x": images, "noise": noise}
        tensors = {n: keras.ops.convert_to_tensor(v, "float32") for n, v in inputs.items()}
        return self._model(tensors, training=keep_prob < 1).numpy()
