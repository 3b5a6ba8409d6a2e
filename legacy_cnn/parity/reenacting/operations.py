"""Operations of the reference's forward pass with other attributes, numbers or switches."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reenacting import attributes
from legacy_cnn.parity.reenacting.trial import LEAST, MOST, NUMBERS, REFUSED, shown
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import closure


class Pass(Protocol):
    """A forward pass of both programs that differs."""

    ground: Ground
    reference: GraphSide
    state: dict[Any, Array]
    batch: Any
    values: Arrays

    def explains(self, fed: Mapping[Any, Any], state: Arrays | None = None) -> bool: ...

    def has(self, layer: str, value: Array) -> bool: ...

    def fetch(self, fetches: Any) -> Any: ...


#: A mistake in words, and whether it explains the difference.
Tried = tuple[str, Callable[[], bool]]


def cause_of(stage: Pass, layer: str, same: list[str]) -> str:
    """Names the operation before a layer, or the weight, that is another in the candidate.

    Args:
      stage: the pass.
      layer: the first that differs.
      same: layers before it that are the same.
    """
    size = sum(np.size(value) for value in stage.values.values())
    tries = int(np.clip(NUMBERS / max(1, size), LEAST, MOST))
    operations = between(stage.reference, layer, same)
    every = (
        _switches(stage),
        _first_values(stage),
        attributes.mistakes(stage, operations, layer),
        _gates(stage),
        _constants(stage, operations),
    )
    for words, is_explained in itertools.islice(itertools.chain(*map(_safely, every)), tries):
        try:
            if is_explained():
                return words
        except REFUSED:
            continue
    return ""


def _safely(mistakes: Iterator[Tried]) -> Iterator[Tried]:
    try:
        yield from mistakes
    except REFUSED:
        return


def between(reference: GraphSide, layer: str, same: list[str]) -> list[tf.Operation]:
    """The operations that a layer is computed by, but not those before layers that are the same."""
    known = {op.name for name in same for op in closure([reference.layers[name].op])}
    needed = {op.name for op in closure([reference.layers[layer].op])} - known
    return [op for op in reversed(reference.graph.get_operations()) if op.name in needed]


def _switches(stage: Pass) -> Iterator[Tried]:
    """What is switched in training is so outside of it, too, or the reverse."""
    for tensor, pair in stage.reference.feeds.switches.items():
        here, there = pair if stage.batch is not None else reversed(pair)
        if np.size(here) == 1 and isinstance(np.asarray(here).item(), bool | int):
            when = "in training" if stage.batch is not None else "outside of training"
            words = f"{tensor.op.name} is {there} {when}, in the reference {here}"
            yield words, functools.partial(stage.explains, {tensor: there})


def _first_values(stage: Pass) -> Iterator[Tried]:
    """Variables that are no parameters begin with other values: moving averages."""
    parameters = set(stage.reference.parameters.values())
    needed = {op.name for op in closure([stage.reference.output.op])}
    others = [n for n in stage.state if n in needed and n not in parameters]
    floats = [name for name in others if stage.state[name].dtype.kind == "f"]
    equal = [name for name in floats if np.ptp(stage.state[name]) == 0]
    # Means and variances take turns.
    for some in [equal, equal[::2], equal[1::2], *([name] for name in equal)]:
        for fill in (0, 1):
            changed = {name: np.full_like(stage.state[name], fill) for name in some}
            if any((stage.state[name] != fill).any() for name in some):
                words = (
                    f"{', '.join(some)} {'begins' if len(some) == 1 else 'begin'} with all {fill}"
                )
                yield words, functools.partial(stage.explains, {}, changed)


def _gates(stage: Pass) -> Iterator[Tried]:
    """The gates of a recurrent cell in another order: blocks of columns of its weights."""
    graph = stage.reference.graph
    splits = {len(op.outputs) for op in graph.get_operations() if op.type in ("Split", "SplitV")}
    names = stage.reference.parameters
    for blocks, letters in ((4, "ijfo"), (3, "ruc"), (2, "ru")):
        cells = [n for n in names if _has_blocks(stage, n, blocks)]
        if blocks not in splits or not cells:
            continue
        biases = [n for n in cells if stage.state[names[n]].ndim == 1]
        for name, block, more in itertools.product(biases, range(blocks), (1, -1)):
            changed = {names[name]: _raised(stage.state[names[name]], blocks, block, more)}
            words = f"{more} is added to gate {block + 1} of {blocks} in {name} (a forget bias)"
            yield words, functools.partial(stage.explains, {}, changed)
        for order in itertools.permutations(range(blocks)):
            if order == tuple(range(blocks)):
                continue
            changed = {names[n]: _permuted(stage.state[names[n]], order) for n in cells}
            there = ", ".join(letters[at] for at in np.argsort(order))
            words = f"the gates in {', '.join(cells)} are in another order: {there}"
            words += f" instead of {', '.join(letters)}"
            yield words, functools.partial(stage.explains, {}, changed)


def _has_blocks(stage: Pass, name: str, blocks: int) -> bool:
    """Whether a parameter is the kernel or the bias of a cell."""
    reference = stage.reference
    columns = stage.state[reference.parameters[name]].shape[-1:]
    if not columns or columns[0] % blocks:
        return False
    is_read = reference.graph.get_operation_by_name(reference.parameters[name])
    reached, waiting = set(), [is_read]
    for _ in range(DEEP):
        waiting = [op for one in waiting for t in one.outputs for op in t.consumers()]
        reached |= {op.type for op in waiting if len(op.outputs) == blocks}
    return bool(reached & {"Split", "SplitV"})


#: So many operations lie between a weight and the split of a cell's gates at most.
DEEP = 6


def _raised(value: Array, blocks: int, block: int, more: float) -> Array:
    raised = value.reshape(blocks, -1).copy()
    raised[block] += value.dtype.type(more)
    return raised.reshape(value.shape)


def _permuted(value: Array, order: tuple[int, ...]) -> Array:
    blocks = np.split(value, len(order), axis=-1)
    return np.concatenate([blocks[at] for at in order], axis=-1)


def _constants(stage: Pass, operations: list[tf.Operation]) -> Iterator[Tried]:
    """Other numbers: those that the candidate computes with."""
    near, groups = _numbers(operations), _numbers(closure([stage.reference.output.op]))
    scalars = list(dict.fromkeys([*stage.ground.candidate.scalars(), 0.0, 1.0]))
    # A mistake is often in every layer of a kind; else it is in the one that differs first.
    every = [(key, groups.get(key, own)) for key, own in sorted(near.items(), reverse=True)]
    single = [(key, own) for key, own in near.items() if len(own) < len(groups.get(key, own))]
    for (role, old), tensors in [*every, *single]:
        name = near[(role, old)][0].op.name
        for new in scalars:
            if np.float32(new) != np.float32(old) and abs(new) < 1e4:
                fed = {t: np.asarray(new, t.dtype.as_numpy_dtype) for t in tensors}
                words = f"{role} {name} is {shown(new)} instead of {shown(old)}"
                yield words, functools.partial(stage.explains, fed)


def _numbers(operations: list[tf.Operation]) -> dict[tuple[str, float], list[tf.Tensor]]:
    """What a constant is for, and its value -> the scalar constants of some operations."""
    groups: dict[tuple[str, float], list[tf.Tensor]] = {}
    for op in operations:
        for tensor in op.inputs:
            value = flow.constant(tensor)
            if value is not None and value.dtype.kind == "f" and value.ndim == 0:
                groups.setdefault((_role(op), float(value)), []).append(tensor)
    return groups


def _role(op: tf.Operation) -> str:
    """What a constant is for."""
    following = {consumer.type for tensor in op.outputs for consumer in tensor.consumers()}
    if op.type in ("Add", "AddV2") and following & {"Rsqrt", "Sqrt"}:
        return "the epsilon"
    if op.type in ("Add", "AddV2") and "Sigmoid" in following:
        return "the forget bias"
    return "the constant"
