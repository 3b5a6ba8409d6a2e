"""The Keras port, with its dropout noise as an input."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.ports import keras as port
from legacy_cnn.programs.lifted import lift_keras
from legacy_cnn.programs.program import Inputs, Options, Step, float32, specs
from legacy_cnn.programs.python_variables import VariablesProgram
from legacy_cnn.programs.view import GraphView
from legacy_cnn.threads import use_threads


class KerasProgram(VariablesProgram):
    """The Keras port, trained by `train_on_batch`."""

    inputs = ("images", "labels", "noise")  # its dropout has the keep probability

    def __init__(self, options: Options) -> None:
        if keras.backend.backend() != "tensorflow":
            raise UsageError(
                f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow."
            )
        use_threads(options.threads)
        self._model = self._new_model(options)
        super().__init__(options, port.parameters(self._model), self._model.optimizer)

    def retrace(self, batch_size: int) -> int | None:
        step = tf.function(self._new_model(self.options).train_step)
        return len(step.get_concrete_function(_data(batch_size)).graph.get_operations())

    def view(self, batch_size: int) -> GraphView:
        lifted = lift_keras(self._model, *_data(batch_size), intra_threads=self.options.threads)
        x, labels = lifted.inputs
        inputs = Inputs(x["x"], labels, self.options.keep_prob, x["noise"])._asdict()
        # The loss that a step returns is a mean since the last reset.
        metrics = self._model.metrics_variables
        return self._view_of(lifted, inputs, lifted.outputs["loss"], metrics)

    def as_candidate(self) -> keras.Model:
        return self._model

    def _new_model(self, options: Options) -> keras.Model:
        loss_of_logits = options.loss
        # Keras passes the labels first.
        loss = loss_of_logits and (lambda labels, logits: loss_of_logits(logits, labels))
        return port.build_model(options.learning_rate, options.keep_prob, noise=True, loss=loss)

    def _step(self, inputs: Inputs) -> Step:
        # What train_on_batch returns are means since the last reset.
        self._model.reset_metrics()
        x = {"x": inputs.images, "noise": inputs.noise}
        loss, accuracy = self._model.train_on_batch(x, inputs.labels)
        return Step(float(loss), round(float(accuracy) * len(inputs.images)))

    def _logits(
        self, images: NDArray[np.float32], keep_prob: float, noise: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        # The layer's keep probability is the run's; with the dropout off it takes any noise.
        if noise is None:
            noise = np.zeros((len(images), vocabulary.DROPOUT_UNITS), np.float32)
        inputs = {"x": float32(images), "noise": float32(noise)}
        return self._model(inputs, training=keep_prob < 1).numpy()


def _data(batch_size: int) -> tuple[dict[str, tf.TensorSpec], tf.TensorSpec]:
    """The arguments of the model's step."""
    shapes = specs(batch_size)
    return {"x": shapes["images"], "noise": shapes["noise"]}, shapes["labels"]
