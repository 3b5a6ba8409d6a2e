"""`tensorflow.contrib.opt`'s optimizers around another: moving averages, and clipped variables."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.opt.python.training.moving_average_optimizer")

_Optimizer: Any = tf.train.Optimizer


@TABLE.serves()
class MovingAverageOptimizer(_Optimizer):
    """An optimizer that keeps moving averages of what it trains."""

    def __init__(
        self,
        opt: Any,
        average_decay: float = 0.9999,
        num_updates: Any = None,
        sequential_update: bool = True,
    ) -> None:
        self._optimizer = opt
        self._ema = tf.train.ExponentialMovingAverage(average_decay, num_updates=num_updates)
        self._trained: list[Any] | None = None
        self._sequential_update = sequential_update

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """The gradients, as the optimizer inside computes them."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> Any:
        """Applies gradients, and moves the averages."""
        train = self._optimizer.apply_gradients(grads_and_vars, global_step=global_step, name=name)
        self._trained = [var for grad, var in grads_and_vars if grad is not None]
        with tf.control_dependencies([train] if self._sequential_update else []):
            averages = self._ema.apply(self._trained)
        return tf.group(train, averages, name="train_with_avg")

    def swapping_saver(
        self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any
    ) -> tf.train.Saver:
        """A saver that writes the averages under the variables' names, and the other way round."""
        if self._trained is None:
            raise RuntimeError(
                "Must call apply_gradients or minimize before creating the swapping_saver"
            )
        if not isinstance(var_list, Mapping):
            variables = tf.global_variables() if var_list is None else var_list
            var_list = {each.op.name: each for each in variables}
        swapped = dict(var_list)
        for variable in self._trained:
            average = self._ema.average(variable)
            pair = {variable.op.name: average, average.op.name: variable}
            for other, value in pair.items():
                if value.op.name not in var_list:
                    raise ValueError(
                        f"Variable to swap {value.op.name} is not part of variables to save. "
                        "This breaks MovingAverageOptimizer."
                    )
                if other in swapped:
                    swapped[other] = value
        return tf.train.Saver(swapped, name=name, **kwargs)


@TABLE.serves()
class VariableClippingOptimizer(_Optimizer):
    """An optimizer after whose steps some variables are clipped to a norm."""

    def __init__(
        self,
        opt: Any,
        vars_to_clip_dims: Mapping[Any, Sequence[int]],
        max_norm: float,
        use_locking: bool = False,
        colocate_clip_ops_with_vars: bool = False,
        name: str = "VariableClipping",
    ) -> None:
        super().__init__(use_locking, name)
        self._opt, self._max_norm = opt, max_norm
        self._dims = [(var, list(dims)) for var, dims in vars_to_clip_dims.items()]

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """The gradients, as the optimizer inside computes them."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """A slot of the optimizer inside."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
        """The names of the slots of the optimizer inside."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> Any:
        """Applies gradients, and clips the variables that got some."""
        with tf.name_scope(name, self._name) as scope:
            update = self._opt.apply_gradients(grads_and_vars, global_step=global_step)
            changed = [var for grad, var in grads_and_vars if grad is not None]
            with tf.control_dependencies([update]):
                clips = [
                    self._clipped(var, dims)
                    for var, dims in self._dims
                    if any(each is var for each in changed)
                ]
            return tf.group(update, *clips, name=scope)

    def _clipped(self, var: Any, dims: list[int]) -> Any:
        value = var.read_value()
        return var.assign_sub(value - tf.clip_by_norm(value, self._max_norm, dims))
