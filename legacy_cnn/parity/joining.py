"""Kernels and biases that lie together in one variable of the candidate for each layer."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.groups import Group
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.weights.matching import Shape


def arrangements(
    shapes: Mapping[str, Shape], variables: Sequence[Variable]
) -> Iterator[list[Group]]:
    """The same layers joined in each way that shapes allow: the bias after the kernel, or before.

    A layer may see a column of ones beside its input, whose weights are the bias.
    """
    layers = _layers(shapes, variables)
    if layers:
        for is_bias_first in (False, True):
            yield [
                _joined(kernel, bias, shapes[kernel], variable, is_bias_first)
                for kernel, bias, variable in layers
            ]


def _layers(
    shapes: Mapping[str, Shape], variables: Sequence[Variable]
) -> list[tuple[str, str, Variable]]:
    """Kernel, bias and variable of each layer, all in order of use."""
    biases = [name for name, shape in shapes.items() if len(shape) == 1]
    free, found = list(variables), []
    for kernel, shape in shapes.items():
        if len(shape) < 2:
            continue
        fitting = [variable for variable in free if variable.shape in _shapes(shape)]
        own = [bias for bias in biases if shapes[bias] == shape[-1:]]
        if fitting and own:
            found.append((kernel, own[0], fitting[0]))
            free.remove(fitting[0])
            biases.remove(own[0])
    return found


def _shapes(kernel: Shape) -> list[Shape]:
    """Of a variable with a kernel and its bias: one row more, or all in one axis."""
    inputs, outputs = int(np.prod(kernel[:-1])), kernel[-1]
    return [(inputs + 1, outputs), ((inputs + 1) * outputs,)]


def _joined(kernel: str, bias: str, shape: Shape, variable: Variable, is_bias_first: bool) -> Group:
    outputs = shape[-1]

    def there(values: Sequence[Array]) -> list[Array]:
        rows = [values[0].reshape(-1, outputs), values[1].reshape(1, outputs)]
        return [np.concatenate(rows[::-1] if is_bias_first else rows).reshape(variable.shape)]

    def back(values: Sequence[Array]) -> list[Array]:
        rows = values[0].reshape(-1, outputs)
        own, rest = (rows[0], rows[1:]) if is_bias_first else (rows[-1], rows[:-1])
        return [rest.reshape(shape), own]

    return Group((kernel, bias), (variable.key,), there, back)
