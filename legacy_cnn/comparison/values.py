"""What each implementation computes in a step of training, and how far that is from the graph's.

Every program is looked into as a graph in a session. The tensors of the tutorial's graph have
names; those of another program are found by their values: a tensor's counterpart is the one of its
size whose values are nearest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import programs, randomness
from legacy_cnn.comparison.dialects import batches, options_of
from legacy_cnn.programs.view import GraphView
from legacy_cnn.settings import CompareSettings
from legacy_cnn.vocabulary import LAYERS, PARAMETERS

Values = dict[str, NDArray[Any]]

#: Position of the gradient among the inputs of TensorFlow's operation ResourceApplyAdam.
GRADIENT = 9


def differences(
    settings: CompareSettings, names: Sequence[str], watch: Callable[[str], object]
) -> dict[str, dict[str, float]]:
    """Takes the first step of training with each implementation.

    Args:
      settings: those of the comparison.
      names: of `programs.IMPLEMENTATIONS`; the first is the one that others are compared with.
      watch: called with a text about the progress.

    Returns:
      Dict from each tensor of the step (layers, loss, "gradient with respect to W_conv1" and so
      on, "W_conv1 after the step") to a dict from each implementation but the graph to its largest
      difference, relative to the largest value of the graph's tensor.
    """
    inputs = {**next(batches(settings))._asdict(), "keep_prob": settings.keep_prob}
    expected: Values = {}
    result: dict[str, dict[str, float]] = {}
    for name in names:
        watch(f"values: {name}")
        values = _step(name, settings, inputs, expected)
        if name == names[0]:
            expected = values
            continue
        for tensor, value in values.items():
            result.setdefault(tensor, {})[name] = difference(expected[tensor], value)
    return result


def difference(expected: NDArray[Any], value: NDArray[Any]) -> float:
    """Largest difference of two arrays of one size, relative to the largest expected value."""
    apart = np.abs(value.ravel() - expected.ravel()).max(initial=0)
    return float(apart / (np.abs(expected).max(initial=0) or 1))


def _step(
    name: str, settings: CompareSettings, inputs: Mapping[str, Any], expected: Values
) -> Values:
    """All tensors of the first step of an implementation, by name."""
    with programs.build(name, options_of(settings)) as program:
        program.initialise(randomness.initial_weights(settings.seed))
        with program.view(settings.batch_size) as view:
            return {
                **(_matched(view, inputs, expected) if expected else _named(view, inputs)),
                **{f"{name} after the step": view.state()[name] for name in PARAMETERS},
            }


def _named(view: GraphView, inputs: Mapping[str, Any]) -> Values:
    """The layers, the loss and the gradients of the tutorial's graph."""
    layers = {name: view.session.tensor(operation) for name, operation in LAYERS.items()}
    updates = {
        op.inputs[0].op.name: op.inputs[GRADIENT]
        for op in view.session.graph.get_operations()
        if op.type == "ResourceApplyAdam"
    }
    gradients = {
        f"gradient with respect to {name}": updates[view.variables[name]] for name in PARAMETERS
    }
    return view.fetch((inputs,), fetches={**layers, **gradients})


def _matched(view: GraphView, inputs: Mapping[str, Any], expected: Values) -> Values:
    """The counterparts of those tensors in another program's step."""
    sizes = {value.size for name, value in expected.items() if name != "loss"}
    candidates = [tensor for tensor in view.tensors() if _may_match(tensor, sizes)]
    values, loss = view.fetch((inputs,), fetches=(candidates, view.outputs))
    counterparts = {
        name: nearest(value, [*values, loss])
        for name, value in expected.items()
        if not name.endswith("after the step")
    }
    return {**counterparts, "loss": loss}


def _may_match(tensor: tf.Tensor, sizes: set[int]) -> bool:
    """Whether a tensor is float32 and of one of the sizes, as far as its static shape tells."""
    size = tensor.shape.num_elements()
    return tensor.dtype == tf.float32 and (size is None or size in sizes)


def nearest(expected: NDArray[Any], values: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """The array of the expected one's size whose values are nearest to it."""
    same_size = [value for value in values if value.size == expected.size]
    return min(same_size, key=lambda value: difference(expected, value))
