"""What is drawn on the way: dropout, noise, samples."""

import dataclasses
import math

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.dropouts import Dropout
from legacy_cnn.porting.calls import call, number
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.initializers import affine, kind_of
from legacy_cnn.porting.reading import THROUGH, Reading
from legacy_cnn.porting.rows.normalisation import with_branch
from legacy_cnn.porting.writing import unscaled

_ALWAYS = (
    "always on in this graph, when it predicts, too; Keras' is off there. To do the same, in the "
    "model's call: dropout(x, training=True)"
)

#: Its operations are on the way of others' patterns.
ORDER = 10

_COMPARING = ("GreaterEqual", "Greater", "Less", "LessEqual")
#: What a drawn number goes through before it decides.
_SCALING = ("Mul", "Add", "AddV2", "Sub")


def parts(reading: Reading) -> dict[str, Found]:
    """Last operation -> the part of each random operation; what belongs to them is taken."""
    found: dict[str, Found] = {}
    side = reading.side
    drawn_as_data = {one.drawing.name: one for one in reading.begun.values()}
    for noise, dropout in zip(side.drawn, side.dropouts, strict=True):
        if noise.op.name in drawn_as_data:
            reading.take([noise.op, *drawn_as_data[noise.op.name].scaling])
        if dropout is None or noise.op.name in drawn_as_data:
            found[noise.op.name] = _elsewhere(noise)
            continue
        on_way = flow.between([dropout.entering], [dropout.leaving])
        begun = dropout.entering.op
        reading.take(op for op in on_way if op is not begun)
        whole = _whole(dropout)
        reading.take(op for op in (whole.leaving.op, dropout.entering.op) if whole is not dropout)
        part = _part(reading, noise, dropout)
        if part.output is not None:
            part = dataclasses.replace(part, inputs=(whole.entering,), output=whole.leaving)
        found[whole.leaving.op.name] = part
    return found


def _whole(dropout: Dropout) -> Dropout:
    """With the branch around it, `tf.cond(is_training, dropout, identity)`, or `tf.where`."""
    begun, end = with_branch(*dropout)
    if end is dropout.leaving:
        return dropout
    others = [t for t in end.op.inputs if t.dtype != tf.bool and t is not dropout.leaving]
    is_same = all(source(tensor, THROUGH) is source(begun, THROUGH) for tensor in others)
    return Dropout(begun, end) if is_same else dropout


def _elsewhere(noise: tf.Tensor) -> Found:
    note = "no layer: keras.random in the model's call, or in the loss"
    return Found(noise.op.name, noise.op.type, note=note)


def _part(reading: Reading, noise: tf.Tensor, dropout: Dropout) -> Found:
    leaving = dropout.leaving.op
    if kind_of(noise.op) == "uniform":
        kept = _share_kept(reading, noise, training=True)
        if kept is not None:
            return _dropped(reading, noise, dropout, kept)
        note = "uniform numbers that no threshold meets: keras.random.uniform in the model's call"
        return Found(leaving.name, noise.op.type, note=note)
    meeting = next((t for t in leaving.inputs if t.op.name != dropout.entering.op.name), None)
    drawn = (
        affine(meeting, lambda t: reading.as_fed(t, training=True)) if meeting is not None else None
    )
    if drawn is not None and _is_of_all(noise, dropout) and meeting is not None:
        evaluated = affine(meeting, lambda t: reading.as_fed(t, training=False))
        if evaluated == drawn:  # never off: no layer of Keras
            drawn = None
    if drawn is not None and drawn.kind == "normal" and leaving.type in ("Add", "AddV2"):
        return _layer(dropout, noise.op.type, str(call("GaussianNoise", drawn.factor)))
    if drawn is not None and drawn.kind == "normal" and drawn.shift == 1:
        rate = drawn.factor**2 / (1 + drawn.factor**2)
        return _layer(dropout, noise.op.type, str(call("GaussianDropout", rate)))
    note = "no layer: keras.random.normal in the model's call, as a sample of a distribution"
    return Found(leaving.name, noise.op.type, note=note)


def _is_of_all(noise: tf.Tensor, dropout: Dropout) -> bool:
    """Whether one draw is for all examples of a batch."""
    rank, whole = noise.shape.rank, dropout.leaving.shape.rank
    return rank is not None and rank != whole


def _dropped(reading: Reading, noise: tf.Tensor, dropout: Dropout, kept: float) -> Found:
    found = f"dropout, keep probability {number(kept)} in training"
    shape = noise.shape.as_list() if noise.shape.rank else []
    entering = dropout.entering.shape.as_list() if dropout.entering.shape.rank else []
    one = [at for at, size in enumerate(shape) if size == 1 and at < len(entering)]
    shared = [at for at in one if at and entering[at] != 1]
    noise_shape = tuple(1 if at in shared else None for at in range(len(shape)))
    rate = round(1 - kept, 6)
    is_always_on = _is_always_on(reading, noise, kept)
    name = unscaled.NAME if _is_masked(dropout, noise) and not is_always_on else "Dropout"
    line = call(name, rate, noise_shape=noise_shape if shared else None)
    note, training = (_ALWAYS, "training=True") if is_always_on else ("", "")
    return _layer(dropout, found, str(line), note, training)


def _is_masked(dropout: Dropout, noise: tf.Tensor) -> bool:
    """Whether what is dropped from is multiplied by a comparison, and by nothing else."""
    product = dropout.leaving.op
    inner = [source(one) for one in product.inputs]
    is_whole = any(one is source(dropout.entering) for one in inner)
    compared = [one for one in inner if one.type in _COMPARING and one in _meetings(noise)]
    return product.type == "Mul" and is_whole and len(compared) == 1


def _layer(dropout: Dropout, found: str, keras: str, note: str = "", call: str = "") -> Found:
    leaving, entering = dropout.leaving, (dropout.entering,)
    return Found(leaving.op.name, found, keras, note, entering, leaving, call=call)


def _is_always_on(reading: Reading, noise: tf.Tensor, kept: float) -> bool:
    """Whether predictions are dropped from, too: nothing that is fed switches that off."""
    is_switched = any(tensor.dtype == tf.bool for tensor in reading.side.feeds.switches)
    return kept < 1 and not is_switched and _share_kept(reading, noise, training=False) == kept


def _share_kept(reading: Reading, noise: tf.Tensor, training: bool) -> float | None:
    """The share that a threshold keeps of evenly spread numbers, from 0 to 1."""
    for op in _meetings(noise):
        threshold = _threshold(op, noise)
        value = None if threshold is None else reading.as_fed(threshold, training)
        if value is None:
            continue
        if op.type in ("Add", "AddV2"):  # rounded down: 1 where the sum reaches it
            return _share(value)
        is_above = (op.type in ("GreaterEqual", "Greater")) == (threshold is op.inputs[1])
        return _share(1 - value if is_above else value)
    return None


def _share(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) and 0 <= value <= 1 else None


def _meetings(noise: tf.Tensor) -> list[tf.Operation]:
    """Comparisons with a drawn number, or the sum that is rounded down."""
    waiting, met, seen = [noise], [], set()
    while waiting:
        for op in waiting.pop().consumers():
            if op.name in seen:
                continue
            seen.add(op.name)
            is_rounded = any(f.type == "Floor" for t in op.outputs for f in t.consumers())
            if op.type in _COMPARING or is_rounded:
                met.append(op)
            elif op.type in (*_SCALING, "Identity"):
                waiting.extend(op.outputs)
    return met


def _threshold(op: tf.Operation, noise: tf.Tensor) -> tf.Tensor | None:
    others = [t for t in op.inputs if noise.op.name not in _sources(t)]
    return others[0] if len(others) == 1 else None


def _sources(tensor: tf.Tensor) -> set[str]:
    names, waiting = set(), [source(tensor)]
    while waiting:
        op = waiting.pop()
        if op.name not in names:
            names.add(op.name)
            waiting.extend(one.op for one in op.inputs)
    return names
