"""The eager port, as it is or traced by `tf.function`."""

import numpy as np
import tensorflow as tf

from legacy_cnn import vocabulary
from legacy_cnn.ports import eager
from legacy_cnn.training.models.variables import VariablesModel, use_threads


def build(settings):
    use_threads(settings.threads)
    return EagerModel(settings.learning_rate, function=settings.implementation == "function")


class EagerModel(VariablesModel):
    def __init__(self, learning_rate, function):
        self._program = eager.Program(learning_rate, function)
        parameters = dict(zip(vocabulary.PARAMETERS, self._program.variables, strict=True))
        super().__init__(parameters, self._program.optimizer)

    def _step(self, images, labels, keep_prob, noise):
        images, labels, keep_prob, noise = map(_float32, (images, labels, keep_prob, noise))
        cost, correct = self._program.step(images, labels, keep_prob, noise)
        return float(cost), int(np.count_nonzero(correct))

    def _logits(self, images, keep_prob, noise):
        noise = None if noise is None else _float32(noise)
        return self._program.predict(_float32(images), _float32(keep_prob), noise).logits.numpy()


def _float32(value):
    """What a placeholder does to what it is fed."""
    return tf.constant(value, tf.float32)
