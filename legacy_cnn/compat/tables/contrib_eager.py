"""`tensorflow.contrib.eager`: eager execution as 1.5 to 1.15 had it."""

from collections.abc import Iterator as Iterating
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import private
from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.eager", note="tf.keras and tf.GradientTape have its like")

TABLE.names(
    {
        "Checkpoint": "tf.train.Checkpoint",
        "GradientTape": "tf.GradientTape",
        "TensorSpec": "tf.TensorSpec",
        "Variable": "tensorflow.Variable",
        "custom_gradient": "tf.custom_gradient",
        "defun": "tf.function",
        "enable_eager_execution": "tf.enable_eager_execution",
        "executing_eagerly": "tf.executing_eagerly",
        "function": "tf.function",
        "in_eager_mode": "tf.executing_eagerly",
        "make_template": "tf.make_template",
        "py_func": "tf.py_function",
        "Sequential": "tf_keras.api._v1.keras.Sequential",
    }
)

_GRADIENTS = private.module("eager gradients")
for _old, _new in {
    "gradients_function": "gradients_function",
    "implicit_gradients": "implicit_grad",
    "implicit_value_and_gradients": "implicit_val_and_grad",
    "value_and_gradients_function": "val_and_grad_function",
}.items():
    TABLE.value(_old, getattr(_GRADIENTS, _new))


@TABLE.serves()
def num_gpus() -> int:
    """The number of GPUs."""
    return len(tf.config.list_physical_devices("GPU"))


@TABLE.serves()
def list_devices() -> list[str]:
    """The names of the devices."""
    return [each.name for each in tf.config.list_logical_devices()]


@TABLE.serves()
def get_optimizer_variables(optimizer: tf.train.Optimizer) -> list[Any]:
    """What an optimizer keeps of each variable."""
    variables: list[Any] = optimizer.variables()
    return variables


@TABLE.serves()
def run(main: Any = None, argv: Any = None) -> None:
    """Runs a program eagerly, as `tf.app.run` does."""
    tf.enable_eager_execution()
    tf.app.run(main, argv)


@TABLE.serves()
class Saver:
    """Saves and restores variables that are not a graph's."""

    def __init__(self, var_list: Any) -> None:
        """Takes the variables, in a list or by the names that they have in the file."""
        self._saver = tf.train.Saver(var_list)

    def save(self, file_prefix: str, global_step: Any = None) -> str:
        """Writes a checkpoint; returns its path."""
        return str(
            self._saver.save(None, file_prefix, write_meta_graph=False, global_step=global_step)
        )

    def restore(self, file_prefix: str) -> None:
        """Reads one."""
        self._saver.restore(None, file_prefix)


@TABLE.serves()
class Iterator:
    """The elements of a data set, one after another."""

    def __init__(self, dataset: tf.data.Dataset) -> None:
        """Begins with the first."""
        self._elements = iter(dataset)

    def __iter__(self) -> Iterating[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._elements)

    next = __next__


_Model: Any = resolved("tf_keras.api._v1.keras.Model")


@TABLE.serves()
class Network(_Model):
    """A model whose layers are attributes; each is told of with `track_layer`."""

    def track_layer(self, layer: Any) -> Any:
        """The layer, which counts as one of the model's when it is made an attribute."""
        return layer
