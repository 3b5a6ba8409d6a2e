"""`tensorflow.contrib.opt`'s optimizers that let weights decay beside the gradient."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.opt.python.training.weight_decay_optimizers")

_Adam: Any = tf.train.AdamOptimizer
_Momentum: Any = tf.train.MomentumOptimizer


@TABLE.serves()
class DecoupledWeightDecayExtension:
    """What makes the weights decay, before an optimizer that is the other base class."""

    def __init__(self, weight_decay: Any, **kwargs: Any) -> None:
        self._decay_var_list: Any = None
        self._weight_decay = weight_decay
        super().__init__(**kwargs)

    def minimize(self, loss: Any, *arguments: Any, decay_var_list: Any = None, **kw: Any) -> Any:
        """Minimizes the loss; all variables decay, as 1.15 forgets `decay_var_list` on the way."""
        base: Any = super()
        return base.minimize(loss, *arguments, **kw)

    def apply_gradients(
        self,
        grads_and_vars: Any,
        global_step: Any = None,
        name: str | None = None,
        decay_var_list: Any = None,
    ) -> Any:
        """Applies gradients; `decay_var_list` are the variables that decay."""
        self._decay_var_list = decay_var_list
        base: Any = super()
        return base.apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _decay(self, var: Any) -> Any:
        decaying = self._decay_var_list
        if decaying and not any(each is var for each in decaying):
            return tf.no_op()
        return var.assign_sub(self._rate() * var, self._use_locking)  # type: ignore[attr-defined]

    def _rate(self) -> Any:
        return self._weight_decay() if callable(self._weight_decay) else self._weight_decay

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        base: Any = super()
        with tf.control_dependencies([self._decay(var)]):
            return base._apply_dense(grad, var)

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        base: Any = super()
        with tf.control_dependencies([self._decay(handle)]):
            return base._resource_apply_dense(grad, handle)

    def _decay_rows(self, var: Any, indices: Any) -> Any:
        decaying = self._decay_var_list
        if decaying and not any(each is var for each in decaying):
            return tf.no_op()
        return var.scatter_sub(tf.IndexedSlices(self._rate() * tf.gather(var, indices), indices))

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        base: Any = super()
        with tf.control_dependencies([self._decay_rows(var, grad.indices)]):
            return base._apply_sparse(grad, var)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        base: Any = super()
        with tf.control_dependencies([self._decay_rows(handle, indices)]):
            return base._resource_apply_sparse(grad, handle, indices)


@TABLE.serves()
def extend_with_decoupled_weight_decay(base_optimizer: Any) -> Any:
    """A class of optimizers as a base class, whose first argument is the weight decay."""

    class OptimizerWithDecoupledWeightDecay(
        DecoupledWeightDecayExtension,
        base_optimizer,
    ):
        """The base class, with decay."""

        def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any) -> None:
            self._decay_var_list = None
            self._weight_decay = weight_decay
            base_optimizer.__init__(self, *args, **kwargs)

    return OptimizerWithDecoupledWeightDecay


@TABLE.serves()
class MomentumWOptimizer(DecoupledWeightDecayExtension, _Momentum):
    """Momentum with weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            momentum=momentum,
            use_locking=use_locking,
            name=name,
            use_nesterov=use_nesterov,
        )


@TABLE.serves()
class AdamWOptimizer(DecoupledWeightDecayExtension, _Adam):
    """Adam with weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            use_locking=use_locking,
            name=name,
        )
