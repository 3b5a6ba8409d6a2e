"""`tensorflow.contrib.opt`'s variants of Adam: Nadam, AdaMax, and one that is lazy."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.opt.python.training.adamax")

_Adam: Any = tf.train.AdamOptimizer


def _as_type_of(variable: Any, *values: Any) -> list[Any]:
    return [tf.cast(each, variable.dtype.base_dtype) for each in values]


class _Hyper(_Adam):
    """Adam, with what its subclasses need for an update."""

    def _numbers(self, variable: Any) -> list[Any]:
        """The learning rate, both betas, and epsilon, in the variable's type."""
        numbers = (self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)
        return _as_type_of(variable, *numbers)

    def _corrected_rate(self, variable: Any) -> Any:
        """The learning rate without the bias of the first steps."""
        powers = _as_type_of(variable, *self._get_beta_accumulators())
        return self._numbers(variable)[0] * tf.sqrt(1 - powers[1]) / (1 - powers[0])

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        return self._apply_sparse(tf.IndexedSlices(grad, indices), handle)


@TABLE.serves()
class NadamOptimizer(_Hyper):
    """Adam with Nesterov's momentum."""

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        powers = _as_type_of(var, *self._get_beta_accumulators())
        arguments = dict(
            zip(
                ("beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon"),
                [*powers, *self._numbers(var)],
                strict=True,
            )
        )
        arguments.update(grad=grad, use_locking=self._use_locking, use_nesterov=True)
        if hasattr(var, "handle"):
            return tf.raw_ops.ResourceApplyAdam(var=var.handle, m=m.handle, v=v.handle, **arguments)
        return tf.raw_ops.ApplyAdam(var=var._ref(), m=m._ref(), v=v._ref(), **arguments).op

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        _, beta1, beta2, epsilon = self._numbers(var)
        scaled = grad.values * (1 - beta1)
        with tf.control_dependencies([m.assign(m * beta1), v.assign(v * beta2)]):
            added = [
                m.scatter_add(tf.IndexedSlices(scaled, grad.indices)),
                v.scatter_add(tf.IndexedSlices(grad.values**2 * (1 - beta2), grad.indices)),
            ]
        with tf.control_dependencies(added):
            mean = scaled + beta1 * tf.gather(m.read_value(), grad.indices)
            size = tf.sqrt(tf.gather(v.read_value(), grad.indices)) + epsilon
        change = tf.IndexedSlices(self._corrected_rate(var) * mean / size, grad.indices)
        return tf.group(var.scatter_sub(change), *added)


@TABLE.serves()
class LazyAdamOptimizer(_Hyper):
    """Adam whose moments of an embedding change only where its rows were looked up."""

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        _, beta1, beta2, epsilon = self._numbers(var)
        at = grad.indices
        mean = beta1 * tf.gather(m, at) + (1 - beta1) * grad.values
        square = beta2 * tf.gather(v, at) + (1 - beta2) * grad.values**2
        change = self._corrected_rate(var) * mean / (tf.sqrt(square) + epsilon)
        return tf.group(
            m.scatter_update(tf.IndexedSlices(mean, at)),
            v.scatter_update(tf.IndexedSlices(square, at)),
            var.scatter_sub(tf.IndexedSlices(change, at)),
        )


@TABLE.serves()
class AdaMaxOptimizer(_Hyper):
    """Adam by the largest gradient so far; it has no power of the second beta."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _get_beta_accumulators(self) -> Any:
        return self._get_non_slot_variable("beta1_power", graph=tf.get_default_graph())

    def _create_slots(self, var_list: Any) -> None:
        first = min(var_list, key=lambda each: each.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        for each in var_list:
            self._zeros_slot(each, "m", self._name)
            self._zeros_slot(each, "v", self._name)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        rate, beta1, beta2, epsilon = self._numbers(var)
        (power,) = _as_type_of(var, self._get_beta_accumulators())
        mean = m.assign(beta1 * m + (1 - beta1) * grad)
        largest = v.assign(tf.maximum(beta2 * v, tf.abs(grad)))
        change = var.assign_sub(rate / (1 - power) * mean / (largest + epsilon))
        return tf.group(change, mean, largest)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        rate, beta1, beta2, epsilon = self._numbers(var)
        (power,) = _as_type_of(var, self._get_beta_accumulators())
        at = grad.indices
        mean = tf.gather(m, at) * beta1 + grad.values * (1 - beta1)
        largest = tf.maximum(tf.gather(v, at) * beta2, tf.abs(grad.values))
        change = rate / (1 - power) * mean / (largest + epsilon)
        return tf.group(
            m.scatter_update(tf.IndexedSlices(mean, at)),
            v.scatter_update(tf.IndexedSlices(largest, at)),
            var.scatter_sub(tf.IndexedSlices(change, at)),
        )

    def _finish(self, update_ops: Any, name_scope: str) -> Any:
        with tf.control_dependencies(update_ops):
            power = self._get_beta_accumulators()
            next_power = power.assign(power * self._beta1_t, use_locking=self._use_locking)
        return tf.group(*update_ops, next_power, name=name_scope)
