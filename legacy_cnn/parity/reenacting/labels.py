"""Other labels: smoothed or not, or of other classes."""

import itertools
from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.reenacting.loss_trial import LossMistake, LossTrial
from legacy_cnn.parity.reenacting.trial import shown
from legacy_cnn.parity.updates import closure

#: Operations whose second input is labels.
CROSS_ENTROPIES = ("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits")


def mistakes(trial: LossTrial) -> Iterator[LossMistake]:
    """Labels that enter the cross entropy otherwise than in the reference."""
    tensor = _entering(trial)
    if tensor is None:
        return
    values = trial.fetch(tensor)
    if values[0].dtype.kind in "iu":
        for moved in (1, -1):
            losses = _fed(trial, tensor, [_moved(trial, value, moved) for value in values])
            yield f"labels are off by one: each class is the {_next(moved)}", losses
        return
    if values[0].ndim < 2 or values[0].shape[-1] < 2:
        return
    for moved, turns in itertools.product((1, -1), (True, False)):
        losses = _fed(trial, tensor, [_rolled(value, moved, turns) for value in values])
        yield f"labels are off by one: each class is the {_next(moved)}", losses
    yield from _smoothed(trial, tensor, values)


def _rolled(value: Array, moved: int, turns: bool) -> Array:
    """One-hot labels of other classes; what leaves at one end comes in at the other, or not."""
    rolled = np.roll(value, moved, -1)
    if not turns:
        rolled[..., 0 if moved > 0 else -1] = 0
    return rolled


def _next(moved: int) -> str:
    return "next" if moved == 1 else "one before"


def _moved(trial: LossTrial, value: Array, moved: int) -> Array:
    classes = trial.points[0].output.shape[-1]
    return (value + moved) % classes


def _entering(trial: LossTrial) -> tf.Tensor | None:
    assert trial.reference.loss is not None
    for op in closure([trial.reference.loss.op]):
        if op.type in CROSS_ENTROPIES:
            return op.inputs[1]
    targets = trial.reference.targets
    return targets[0] if len(targets) == 1 else None


def _fed(trial: LossTrial, tensor: tf.Tensor, values: list[Array]) -> np.ndarray:
    each = zip(trial.points, values, strict=True)
    return np.array(
        [trial.reference.loss_fed(p.state, p.batch, {tensor: value}) for p, value in each]
    )


def _smoothed(trial: LossTrial, tensor: tf.Tensor, values: list[Array]) -> Iterator[LossMistake]:
    """The loss is linear in the share of a label that is spread over all classes."""
    classes = values[0].shape[-1]
    least = float(np.min([value.min() for value in values]))
    largest = float(np.max([value.max() for value in values]))
    own = least * classes
    if not np.isclose(largest + (classes - 1) * least, 1, atol=1e-4):
        return
    hard = [(value == value.max(-1, keepdims=True)).astype(value.dtype) for value in values]
    even = [np.full_like(value, 1 / classes) for value in values]
    none, full = _fed(trial, tensor, hard), _fed(trial, tensor, even)
    share = trial.solved(none, full - none)
    instead = f"{shown(own)}" if own > 1e-6 else "none"
    for rounded in (float(f"{share:.{digits}g}") for digits in (2, 3, 6)):
        if abs(rounded) < 1e-6:
            words = f"label smoothing is missing; the reference's is {instead}"
        else:
            words = f"label smoothing is {shown(rounded)}; the reference's is {instead}"
        yield words, none + rounded * (full - none)
