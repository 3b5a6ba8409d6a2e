"""Further implementations, as somebody might register them: one class and one row each."""

import dataclasses

import keras
import tensorflow as tf

from legacy_cnn.ports.eager import cross_entropy
from legacy_cnn.programs import Implementation
from legacy_cnn.programs.eager import EagerProgram
from legacy_cnn.programs.keras import KerasProgram


class OwnStep(keras.Model):
    """A model with a `train_step` of its own, as in Keras' guide."""

    def train_step(self, data):
        x, y, *_ = data  # train_on_batch adds sample weights
        with tf.GradientTape() as tape:
            logits = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=logits)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        for metric in self.metrics:
            metric.update_state(loss) if metric.name == "loss" else metric.update_state(y, logits)
        return {metric.name: metric.result() for metric in self.metrics}


class OwnStepProgram(KerasProgram):
    """The Keras port, trained by that step."""

    def _new_model(self, options):
        model = super()._new_model(options)
        own = OwnStep(model.input, model.output)
        own.compile(model.optimizer, model.loss, metrics=["accuracy"])
        return own


class DoubledLossProgram(EagerProgram):
    """The eager port with a mistake."""

    def _new_port(self, options):
        def doubled(logits, labels):
            return 2 * cross_entropy(logits, labels)

        return super()._new_port(dataclasses.replace(options, loss=doubled))


OWN_STEP = Implementation("own train_step", f"{__name__}:OwnStepProgram")
DOUBLED_LOSS = Implementation("doubled loss", f"{__name__}:DoubledLossProgram")
