"""Tells what a TensorFlow 1 graph has, and the line of Keras that equals each part of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.given import checked_feeds
from legacy_cnn.parity.names import Mapping as Names
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.usercode import guarded
from legacy_cnn.porting import losses, rows, updating
from legacy_cnn.porting.calls import call, written
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.rows import recurrent
from legacy_cnn.programs import permitted
from legacy_cnn.results import Inspection, Part

#: The keep probability in training, where a graph is fed it: the tutorial's.
KEEP_PROB = 0.8


def inspect(
    reference: Any = None,
    *,
    mapping: Names | None = None,
    feeds: Mapping[str, Any] | None = None,
    keep_prob: float = KEEP_PROB,
    trust: bool = False,
) -> Inspection:
    """Finds what a graph has, with the line of Keras beside each part.

    Args:
      reference: as for `parity.compare`: None for the tutorial's graph, a function that builds one,
        or the name of one.
      mapping: names in the graph that are not found, or found elsewhere.
      feeds: what placeholders are fed: name -> (in training, otherwise).
      keep_prob: keep probability in training, where the graph has a placeholder for it.
      trust: whether a graph from a file may have any operation.

    Raises:
      ParityError: the graph cannot be built or read, or something cannot be found in it.
      ForeignGraphError: a graph from a file has an operation that it may not have.
      FileNotFoundError: there is no such file.
    """
    fed = None if feeds is None else checked_feeds(feeds, "feeds")
    names = (mapping or Names()).reference
    failure = "The reference could not be inspected"
    with (
        guarded(failure),
        permitted.trusting(trust),
        open_reference(reference, names, keep_prob, 0, fed) as side,
    ):
        return _inspected(Reading(side))


def _inspected(reading: Reading) -> Inspection:
    loss = losses.parts(reading)  # before the layers, which have regularizers
    layers = tuple(found.part for found in rows.layers(reading))
    return Inspection(
        reference=reading.side.name,
        inputs=tuple(_inputs(reading)),
        layers=layers,
        loss=tuple(loss),
        parameters=tuple(_parameters(reading)),
        update=tuple(updating.parts(reading)),
        randomness=tuple(_randomness(reading, layers)),
    )


def _inputs(reading: Reading) -> Iterator[Part]:
    side = reading.side
    for tensor in side.inputs:
        found = f"input, {_described(tensor)}"
        yield Part(tensor.op.name, found, _input(tensor))
    for tensor in side.targets:
        kind = "whole numbers" if tensor.dtype.is_integer else "numbers"
        found = f"labels, {_described(tensor)}"
        yield Part(tensor.op.name, found, note=f"y of fit, {kind} as these")
    for tensor, (training, otherwise) in side.feeds.switches.items():
        yield _switch(tensor, training, otherwise)


def _switch(tensor: tf.Tensor, training: Any, otherwise: Any) -> Part:
    shown = [written(np.asarray(value).tolist()) for value in (training, otherwise)]
    found = f"{_described(tensor)}: {shown[0]} in training, {shown[1]} otherwise"
    if tensor.dtype == tf.bool:
        return Part(tensor.op.name, found, note="the argument `training` of a call; fit gives it")
    return Part(tensor.op.name, found, note="no input: a number of a layer or of the optimizer")


def _input(tensor: tf.Tensor) -> str:
    shape = tensor.shape
    if shape.rank is None:
        return ""
    batch, *sizes = shape.as_list() if shape.rank else [None]
    dtype = None if tensor.dtype == tf.float32 else tensor.dtype.name
    return str(call("Input", tuple(sizes), batch_size=batch, dtype=dtype))


def _described(tensor: tf.Tensor) -> str:
    shape = tensor.shape
    return f"{tensor.dtype.name} {tuple(shape.as_list()) if shape.rank is not None else '(any)'}"


def _parameters(reading: Reading) -> Iterator[Part]:
    for name, variable in reading.side.parameters.items():
        first = reading.initializer(variable, not recurrent.is_of_cell(variable))
        shape = " x ".join(map(str, reading.shape(variable))) or "a number"
        note = "" if first.keras else "no Keras line: copy its values (legacy-cnn convert)"
        shown = name if name == variable else f"{name} ({variable})"
        yield Part(shown, f"{shape}, {first.found}", first.keras, note)


def _randomness(reading: Reading, layers: tuple[Part, ...]) -> Iterator[Part]:
    """The random operations, each with the line of the layer that it is a part of."""
    side = reading.side
    lines = {part.name: part for part in layers}
    for noise, dropout in zip(side.drawn, side.dropouts, strict=True):
        name = noise.op.name if dropout is None else dropout.leaving.op.name
        part = lines.get(name)
        seeds = [noise.op.node_def.attr[key].i for key in ("seed", "seed2")]
        seed = f"seeds {seeds[0]} and {seeds[1]}" if any(seeds) else "no seed"
        keras = part.keras if part else ""
        note = "the same seed draws other numbers in Keras" if any(seeds) else ""
        note = note if keras or part is None else part.note
        yield Part(noise.op.name, f"{noise.op.type}, {seed}", keras, note)
