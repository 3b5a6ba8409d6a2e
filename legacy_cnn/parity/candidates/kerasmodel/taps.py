"""Taps on the calls of a Keras model's layers, set from outside."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras


class Tap(NamedTuple):
    """One call of a layer or an operation, from one tensor to one."""

    layer: str
    input: Any  #: its first argument
    output: Any
    before_softmax: Any  #: the input of its softmax activation, or None


@contextlib.contextmanager
def taps(model: keras.Model) -> Iterator[list[Tap]]:
    """Yields a list that fills with a `Tap` for each call, in order, while the block runs eagerly.

    During the block, the instance's `call` (and `activation`, if it is a softmax) of each layer is
    replaced by a function that calls the original and records the call.
    """
    calls: list[Tap] = []
    with contextlib.ExitStack() as stack:
        for layer in leaves(model):
            stack.enter_context(_tapped(layer, calls))
        yield calls


def leaves(model: keras.Model) -> list[Any]:
    """Lists the layers and operations that compute, also in nested models, each once."""
    computing: dict[int, Any] = {}
    for part in [*getattr(model, "operations", ()), *model.layers]:
        if isinstance(part, keras.layers.InputLayer):
            continue
        inner = leaves(part) if isinstance(part, keras.Model) else [part]
        computing.update({id(leaf): leaf for leaf in inner})
    return list(computing.values())


@contextlib.contextmanager
def _tapped(layer: Any, calls: list[Tap]) -> Iterator[None]:
    original = layer.call
    softmaxed: list[Any] = []

    def call(*arguments: Any, **named: Any) -> Any:
        softmaxed.clear()
        output = original(*arguments, **named)
        first = arguments[0] if arguments else next(iter(named.values()), None)
        if keras.ops.is_tensor(first) and keras.ops.is_tensor(output):
            calls.append(Tap(layer.name, first, output, softmaxed[-1] if softmaxed else None))
        return output

    def activation(logits: Any, *arguments: Any, **named: Any) -> Any:
        softmaxed.append(logits)
        return keras.activations.softmax(logits, *arguments, **named)

    ends_in_softmax = getattr(layer, "activation", None) is keras.activations.softmax
    layer.call = call
    if ends_in_softmax:
        layer.activation = activation
    try:
        yield
    finally:
        del layer.call
        if ends_in_softmax:
            layer.activation = keras.activations.softmax
