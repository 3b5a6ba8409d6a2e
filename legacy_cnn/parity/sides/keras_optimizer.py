"""The optimizer of a Keras model: whether there is one, how it is built and applied, its slots."""

from typing import Any

import tensorflow as tf

from legacy_cnn.programs.lifting.snapshot import Snapshot
from legacy_cnn.weights.optimizers import KERAS


class KerasOptimizer:
    """The optimizer that a model of Keras 3 or tf_keras was compiled with."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @property
    def inner(self) -> Any:
        """The optimizer itself, inside of one that scales the loss; None if there is none."""
        optimizer = getattr(self._model, "optimizer", None)
        return getattr(optimizer, "inner_optimizer", optimizer)

    def others(self) -> list[Any]:
        """Those that a step of the user's own may call beside this one."""
        own = self._model.optimizer, self.inner
        return [one for one in Snapshot(self._model).optimizers() if one not in own]

    def build(self) -> None:
        """Builds it as `fit` does, in a trace that is not run: what `build` assigns is lost.

        Its slots are the user's only if they are there before a step is traced.
        """
        optimizer = self._model.optimizer

        def build() -> None:  # traced twice
            if not getattr(optimizer, "built", False):
                optimizer.build(self._model.trainable_variables)

        # The legacy optimizers of tf_keras make their slots in the first step.
        if hasattr(optimizer, "build") and not getattr(optimizer, "built", False):
            tf.function(build).get_concrete_function()

    def apply(self, *gradients: tf.Tensor) -> None:
        """Takes an update by gradients of the variables that are trained."""
        optimizer = self._model.optimizer
        # An optimizer that scales the loss expects scaled gradients, and scales them back.
        scaled = [optimizer.scale_loss(gradient) for gradient in gradients]
        optimizer.apply(scaled, self._model.trainable_variables)


def is_compiled(model: Any) -> bool:
    """Whether a model has a loss and an optimizer; one of tf_keras does not say so itself."""
    compiled = getattr(model, "compiled", None)
    has_optimizer = getattr(model, "optimizer", None) is not None
    if compiled is None:
        return has_optimizer and getattr(model, "compiled_loss", None) is not None
    return bool(compiled) and has_optimizer


def is_slot(path: str, slot: str, parameter: str) -> bool:
    """Whether a variable is a slot of a parameter by its path: adam/conv1_kernel_momentum.

    Args:
      path: of the variable.
      slot: its name in TensorFlow 1.
      parameter: the path of the parameter.
    """
    owner = parameter.replace("/", "_")
    return any(path.endswith(f"{owner}_{end}") for end in KERAS.get(slot, ()))
