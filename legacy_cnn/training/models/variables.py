"""What is common to implementations whose variables are Python objects, not parts of a session."""

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import UsageError
from legacy_cnn.settings import available_cores
from legacy_cnn.training.models import base


class VariablesModel(base.Model):
    def __init__(self, parameters, optimizer):
        """
        Args:
          parameters: dict from each name of the vocabulary to its variable.
          optimizer: a built Keras optimizer over them, in that order or another.
        """
        super().__init__()
        self._parameters = parameters
        self._slots = adam_slots(optimizer)
        self._variables = {**parameters, **self._slots}

    def initialise(self, weights):
        zeros = {name: np.zeros(each.shape, each.dtype) for name, each in self._slots.items()}
        self.load({**zeros, **weights})

    def load(self, state):
        for name, value in state.items():
            self._variables[name].assign(value)

    def state(self):
        return {name: each.numpy() for name, each in self._variables.items()}

    def shapes(self):
        return {name: list(each.shape) for name, each in self._variables.items()}

    def weights(self):
        return {name: each.numpy() for name, each in self._parameters.items()}


def adam_slots(optimizer):
    """All that Adam changes besides the weights, by unique names: its moments and its step."""
    slots: dict = {}
    seen: dict[str, int] = {}
    for variable in optimizer.variables:
        kind = variable.path.rsplit("_", 1)[-1]
        if kind in ("momentum", "velocity"):
            seen[kind] = seen.get(kind, -1) + 1
            slots[f"{kind}_{seen[kind]}"] = variable
        elif variable.path.endswith("/iteration"):
            slots["iteration"] = variable
    return slots


def use_threads(threads):
    """Makes `threads` the number of this process: outside of a session there is no other.

    Raises:
      UsageError: TensorFlow computes with another number already.
    """
    threading = tf.config.threading
    if (threading.get_intra_op_parallelism_threads() or available_cores()) == threads:
        return
    try:
        threading.set_intra_op_parallelism_threads(threads)
        threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise UsageError(
            f"threads {threads} comes too late: outside of a session the number of threads is "
            f"the process's, and TensorFlow has computed in this one already.",
            "threads",
        ) from error
