"""Prepares a comparison: opens the candidate, and pairs its variables with the reference's."""

import contextlib
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import (
    always_drawn,
    arranging,
    causes,
    clock,
    frozen,
    labelling,
    outputs,
    pairing,
    slots,
    starting,
)
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.batches import Batches, batches_of, with_labels_as_inputs
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.pairing import Pairs, Variable
from legacy_cnn.parity.references import drawn
from legacy_cnn.parity.sides import noise_pairs
from legacy_cnn.parity.sides.files import NpzSide
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.opening import open_candidate
from legacy_cnn.parity.sides.side import Batch, Side
from legacy_cnn.programs.program import Options
from legacy_cnn.settings import ParitySettings

#: Initial weights by parameter, or the run directory or file that holds them.
Weights = dict[str, Array] | str | os.PathLike[str]


def ground_of(
    reference: GraphSide,
    candidate: Any,
    mapping: dict[str, str],
    weights: Weights | None,
    data: tuple[Any, Any] | None,
    settings: ParitySettings,
) -> Ground:
    batches, opened = _opened(reference, candidate, data, settings)
    variables = opened.variables_for_parameters()
    names = reference.names
    other = {
        name: (names.keras.get(name, name), op, op.rpartition("/")[2])
        for name, op in names.parameters.items()
    }

    def paired(some: Sequence[Variable]) -> tuple[Pairs, list[arranging.Arrangement]]:
        return arranging.paired(reference.shapes(), other, some, mapping, opened.name)

    pairs, alternatives = paired(variables)
    opened.parameters = {name: variable.key for name, variable in pairs.parameters.items()}
    ground = Ground(
        reference=reference,
        candidate=opened,
        pairs=pairs,
        weights=_first_weights(reference, weights, batches.steps[0], settings.seed),
        are_given=weights is not None or reference.is_restored,
        fixed=isinstance(opened, NpzSide) and weights is None,
        batches=batches.steps,
        epoch=batches.epoch,
        first_epoch=batches.first_epoch,
        test=batches.test,
        given=lambda images: images,
        keep_prob=settings.keep_prob,
        seed=settings.seed,
        exact=settings.exact,
    )
    if not pairs.misfits and not pairs.missing and "computation" not in opened.missing:
        numbered, _ = paired(pairing.by_number(variables))
        arranging.settle(ground, numbered, alternatives, mapping)
        frozen.settle(ground, variables, lambda some: paired(some)[0])
        always_drawn.settle(ground)
        outputs.settle(ground)
    if opened.train_data and not pairs.misfits and not pairs.missing:
        ground.given = _as_given(ground)
    if not pairs.misfits and not pairs.missing and "training" not in opened.missing:
        _prepare_training(ground)
    return ground


def _opened(
    reference: GraphSide, candidate: Any, data: tuple[Any, Any] | None, settings: ParitySettings
) -> tuple[Batches, Side]:
    """The batches, and the candidate that takes them."""
    options = Options(keep_prob=settings.keep_prob, threads=settings.threads)
    batches = batches_of(reference, data, settings)
    try:
        return batches, open_candidate(candidate, reference.names, batches.steps[0], options)
    except ParityError:
        others = with_labels_as_inputs(reference, settings) if data is None else None
        if others is None:
            raise
        with contextlib.suppress(ParityError):  # the first error is nearer to what was given
            return others, open_candidate(candidate, reference.names, others.steps[0], options)
        raise


def _first_weights(
    reference: GraphSide, weights: Weights | None, batch: Batch, seed: int
) -> Arrays:
    if weights is None and reference.recorded is not None:
        before = reference.recorded.weights
        return {name: before[op] for name, op in reference.parameters.items()}
    if weights is None:
        return _finite(reference, drawn(reference.shapes(), seed), batch)
    if isinstance(weights, dict):
        starting.check_names(reference, weights)
        given, whose = weights, "that are given"
    else:
        given, whose = starting.read_weights(reference, weights), f"of {os.fspath(weights)}"
    if not _predicts(reference, given, batch):
        raise ParityError(
            f"With the weights {whose}, {reference.name} computes nothing but infinite numbers and "
            "NaN, as any program might: that tells nothing. Give smaller weights."
        )
    return given


def _finite(reference: GraphSide, weights: Arrays, batch: Batch) -> Arrays:
    """The drawn weights, or others if the reference computes NaN with them, which tells nothing.

    A variance, for example, must not be negative: it begins with another value than that.
    """
    initial = reference.weights(reference.beginning())
    near = {name: initial[name] + np.abs(value) / 10 for name, value in weights.items()}
    for tried in (weights, {name: np.abs(value) for name, value in weights.items()}, near):
        if _predicts(reference, tried, batch):
            return tried
    return weights


def _predicts(reference: GraphSide, weights: Arrays, batch: Batch) -> bool:
    """Whether a reference with these weights returns anything that is finite."""
    state = {**reference.beginning(), **reference.as_state(weights)}
    output = reference.evaluate(state, batch.images).output
    return output is None or bool(np.isfinite(output).any())


def _as_given(ground: Ground) -> Callable[[Array], Array]:
    """How the candidate is given images: as they are, or as its own data have them.

    A port may be fed bytes, and divide them by 255 itself.
    """
    assert ground.candidate.train_data is not None
    own = np.asarray(next(iter(ground.candidate.train_data()))[0])
    images = ground.batches[0].images
    if own.size != images.size or not (scale := causes.scale(images, own.reshape(images.shape))):
        return ground.given
    factor, shift = scale

    def given(images: Array) -> Array:
        moved = images * factor + shift
        return (np.round(moved) if own.dtype.kind in "iu" else moved).astype(own.dtype)

    reference, candidate = ground.scenes[1].states
    expected = ground.reference.evaluate(reference, images).output
    actual = ground.candidate.evaluate(candidate, given(images)).output
    # The scenes have seen images that are given otherwise.
    del ground.scenes
    if expected is None or actual is None or actual.size != expected.size:
        return ground.given
    is_equal = np.allclose(actual.ravel(), expected.ravel(), 1e-4, 1e-5)
    return given if is_equal else ground.given


def _prepare_training(ground: Ground) -> None:
    """Pairs noise and slots, and learns how steps are counted."""
    reference, candidate = ground.reference, ground.candidate
    if "loss" in reference.missing or "loss" in candidate.missing:
        return
    labelling.settle(ground)
    states = ground.scenes[1].states
    batches = ground.batches[0], ground.as_given(ground.batches[0])
    reference.find_gradients(states[0], batches[0])
    if isinstance(candidate, GraphSide):
        candidate.find_gradients(states[1], batches[1])
    if isinstance(candidate, LiftedSide):
        noise_pairs.pair(reference, candidate, states, batches)
        always_drawn.settle(ground)  # again, with these pairs: what is returned depends on them
        outputs.settle(ground)
    outputs.settle_in_training(ground)
    if "optimizer" in reference.missing:
        return
    if isinstance(candidate, KerasSide) and reference.updates_apart:
        _find_unchanged(ground, candidate)
    here, there = [states[0]], [states[1]]
    for _ in range(2):
        here.append(reference.step(here[-1], ground.masked(here[-1], there[-1], batches[0])))
        there.append(candidate.step(there[-1], batches[1]))
    ground.reference_clock, ground.candidate_clock = (
        clock.learned(here),
        clock.learned([{k: v for k, v in state.items() if k != candidate.rate} for state in there]),
    )
    ground.slots = slots.paired(ground, here[1], there[0], there[1])
    reference.find_moving(here[0], here[1])
    ground.slots += slots.moving(ground, here[:2], there[0], there[1])


def _find_unchanged(ground: Ground, candidate: KerasSide) -> None:
    scene = ground.scenes[1]
    gradients = ground.gradients_in_candidate(scene.gradients)
    candidate.find_unchanged(gradients, scene.trained[1], ground.reference.changes_gradients)
