"""Masks of a candidate that cannot be fed: read from its values, and given to the reference."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.sides.dropouts import DROP, KEEP, read
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Batch, Side, State, Values


def is_masked(reference: GraphSide, candidate: Side) -> list[bool]:
    """For each random operation of the reference whether the candidate's masks are read."""
    is_given = candidate.is_given_noise or isinstance(candidate, GraphSide)
    return [
        dropout is not None and not is_given and not is_fed
        for dropout, is_fed in zip(reference.dropouts, _are_fed(reference, candidate), strict=True)
    ]


def draws_in_unfed_loops(reference: GraphSide, candidate: Side) -> bool:
    """Whether loops of the reference draw what the candidate is not fed."""
    fed = _are_fed(reference, candidate)
    return any(
        loop_noise.of_tensor(tensor) and not is_fed
        for tensor, is_fed in zip(reference.drawn, fed, strict=True)
    )


def _are_fed(reference: GraphSide, candidate: Side) -> list[bool]:
    noise = getattr(candidate, "noise", [])
    return [at < len(noise) and noise[at] is not None for at in range(len(reference.drawn))]


def with_masks(
    reference: GraphSide, are_masked: Sequence[bool], given: tuple[State, Batch], values: Values
) -> Batch:
    """The batch with such noise as makes the masks that are read from the candidate.

    Args:
      reference: the graph.
      are_masked: as `is_masked` says.
      given: its state and batch.
      values: of the candidate.
    """
    state, batch = given
    for at, dropout in enumerate(reference.dropouts):
        if are_masked[at] and dropout is not None:
            entering = reference.fetch(state, batch, dropout.entering)
            mask = read(entering, values.tensors)
            noise = list(batch.noise)
            kept = np.ones(noise[at].shape, bool) if mask is None else mask.kept
            noise[at] = np.where(_as_drawn(kept, noise[at].shape), KEEP, DROP)
            batch = dataclasses.replace(batch, noise=tuple(noise))
    return batch


def _as_drawn(kept: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """A mask in the shape of its noise, which may be drawn once for several units of an axis."""
    if kept.size == np.prod(shape):
        return kept.reshape(shape)
    if kept.ndim != len(shape):
        return np.ones(shape, bool)
    once = tuple(axis for axis, size in enumerate(shape) if size == 1)
    # A unit that was 0 before counts as kept: one that is dropped tells.
    return np.broadcast_to(kept.all(axis=once, keepdims=True), shape)
