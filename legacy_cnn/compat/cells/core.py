"""The base of all recurrent cells, and the linear map that most of them have."""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import private
from legacy_cnn.compat.cell_seeds import count_cells
from legacy_cnn.compat.cells import by_scope

CORE: Any = private.module("recurrent cells")
count_cells()
RNNCell: Any = CORE.RNNCell
LSTMStateTuple: Any = CORE.LSTMStateTuple
#: How the cells call their variables.
KERNEL, BIAS = "kernel", "bias"


class _Unconverted(RNNCell):
    """A cell whose `call` AutoGraph need not look at: it has no `if` on tensors."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "call" in vars(cls) and cls.__module__.startswith(__package__):
            cls.call = tf.autograph.experimental.do_not_convert(cls.call)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        if not by_scope.is_on():
            return super().__call__(inputs, state, scope)
        self._outer = tf.get_variable_scope()
        with tf.variable_scope(scope or by_scope.scope_name(self)):
            return self.call(inputs, state)


class Cell(_Unconverted):
    """A cell whose sizes are known when it is made.

    Subclasses set `_sizes`, the size of the state and that of the output.
    """

    _sizes: tuple[Any, Any]

    def __init__(self, reuse: bool | None = None, name: str | None = None, **options: Any) -> None:
        super().__init__(_reuse=reuse, name=name, **options)

    @property
    def state_size(self) -> Any:
        return self._sizes[0]

    @property
    def output_size(self) -> Any:
        return self._sizes[1]


class Wrapper(_Unconverted):
    """A cell around another, with that one's sizes."""

    def __init__(self, cell: Any, reuse: bool | None = None) -> None:
        super().__init__(_reuse=reuse)
        self._cell = cell

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def _beside(self, inputs: Any, state: Any) -> Any:
        """Calls the cell; until 1.0 its scope was beside that of this class, not below it."""
        with tf.variable_scope(self._outer if by_scope.is_on() else tf.get_variable_scope()):
            return self._cell(inputs, state)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return self._cell.zero_state(batch_size, dtype)


def depth(tensor: tf.Tensor) -> int:
    """The length of a tensor's last axis.

    Raises:
      ValueError: it is not known while the graph is built.
    """
    length = tf.dimension_value(tensor.shape[-1])
    if length is None:
        raise ValueError(f"The last axis of {tensor} must have a length that is known.")
    return int(length)


def zeros(value: Any = 0.0) -> Any:
    """The initializer of a bias: zeros, whatever the variable scope says."""
    return tf.constant_initializer(value)


def linear(
    inputs: Any,
    output_size: int,
    bias: bool,
    bias_initializer: Any = None,
    kernel_initializer: Any = None,
    scope: Any = None,
) -> tf.Tensor:
    """`inputs` times `kernel`, plus `bias`: variables of the scope that it is called in.

    Args:
      inputs: a tensor [batch, n], or several, which are concatenated along their last axis.
      output_size: the number of columns of the result.
      bias: whether a bias is added.
      bias_initializer: of the bias; zeros by default.
      kernel_initializer: of the kernel; by default that of the variable scope.
      scope: the variable scope; by default the present one, or `Linear` in it in 0.x.

    Raises:
      ValueError: there is no input, or its depth is not known.
    """
    tensors: Sequence[tf.Tensor] = tf.nest.flatten(inputs)
    if not tensors:
        raise ValueError("`args` must be specified")
    joined = tensors[0] if len(tensors) == 1 else tf.concat(list(tensors), 1)
    shape = [depth(joined), output_size]
    with by_scope.linear_scope(scope):
        kernel = tf.get_variable(
            by_scope.names().kernel, shape, joined.dtype, initializer=kernel_initializer
        )
        product = tf.matmul(joined, kernel)
        if not bias:
            return product
        return tf.nn.bias_add(product, bias_variable(output_size, joined.dtype, bias_initializer))


def bias_variable(length: int, dtype: Any, initializer: Any = None, name: str | None = None) -> Any:
    """A bias in the present variable scope, never in parts."""
    initializer = zeros() if initializer is None else initializer
    with tf.variable_scope(tf.get_variable_scope()) as scope:
        scope.set_partitioner(None)
        name = name or by_scope.names().bias
        return tf.get_variable(name, [length], dtype, initializer=initializer)


class Linear:
    """`linear` as an object that has its variables from the moment that it is made."""

    def __init__(
        self,
        args: Any,
        output_size: int,
        build_bias: bool,
        bias_initializer: Any = None,
        kernel_initializer: Any = None,
    ) -> None:
        tensors = tf.nest.flatten(args)
        width, dtype = sum(depth(each) for each in tensors), tensors[0].dtype
        self._weights = tf.get_variable(
            "kernel", [width, output_size], dtype, initializer=kernel_initializer
        )
        self._biases = bias_variable(output_size, dtype, bias_initializer) if build_bias else None

    def __call__(self, args: Any) -> tf.Tensor:
        tensors = tf.nest.flatten(args)
        joined = tensors[0] if len(tensors) == 1 else tf.concat(tensors, 1)
        product = tf.matmul(joined, self._weights)
        return product if self._biases is None else tf.nn.bias_add(product, self._biases)


def layer_norm(inputs: tf.Tensor, scope: str, gain: float = 1.0, shift: float = 0.0) -> tf.Tensor:
    """Layer normalization over the last axis, with `gamma` and `beta` in a variable scope.

    As `tf.contrib.layers.layer_norm`, whose variance epsilon is 1e-12.
    """
    with tf.variable_scope(scope):
        shape, dtype = [depth(inputs)], inputs.dtype
        gamma = tf.get_variable("gamma", shape, dtype, initializer=zeros(gain))
        beta = tf.get_variable("beta", shape, dtype, initializer=zeros(shift))
        mean, variance = tf.nn.moments(inputs, [-1], keep_dims=True)
        return tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, 1e-12)


def layer_norms(
    inputs: Sequence[tf.Tensor], scopes: str, gain: float, shift: float
) -> list[tf.Tensor]:
    """Layer normalization of several tensors, each in a variable scope of its own."""
    pairs = zip(inputs, scopes.split(), strict=True)
    return [layer_norm(tensor, scope, gain, shift) for tensor, scope in pairs]
