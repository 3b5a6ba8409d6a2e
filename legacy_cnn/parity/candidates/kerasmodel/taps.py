"""Taps on the calls of a Keras model's layers, set from outside."""

import contextlib
from typing import Any, NamedTuple

import keras


class Tap(NamedTuple):
    """One call of a layer or an operation, from one tensor to one."""

    layer: str
    given: Any  # its first argument
    made: Any  # what it returned
    before_softmax: Any  # what its own softmax was applied to, or None


@contextlib.contextmanager
def taps(model):
    """Yields a list that fills with a `Tap` for each call, in order, while the block runs eagerly.

    For as long as the block runs, each layer's `call` (and `activation`, where that is a softmax)
    is replaced on the instance by one that calls the original and takes note.
    """
    seen: list[Tap] = []
    with contextlib.ExitStack() as stack:
        for layer in leaves(model):
            stack.enter_context(_tapped(layer, seen))
        yield seen


def leaves(model):
    """The layers and operations that compute, those of nested models included, each once."""
    found: dict[int, Any] = {}
    parts = [*getattr(model, "operations", ()), *model.layers]
    for part in parts:
        if isinstance(part, keras.layers.InputLayer):
            continue
        inner = leaves(part) if isinstance(part, keras.Model) else [part]
        found.update({id(each): each for each in inner})
    return list(found.values())


@contextlib.contextmanager
def _tapped(layer, seen):
    original = layer.call
    softmaxed: list[Any] = []

    def call(*arguments, **named):
        softmaxed.clear()
        made = original(*arguments, **named)
        given = arguments[0] if arguments else next(iter(named.values()), None)
        if keras.ops.is_tensor(given) and keras.ops.is_tensor(made):
            seen.append(Tap(layer.name, given, made, softmaxed[-1] if softmaxed else None))
        return made

    def activation(logits, *arguments, **named):
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
