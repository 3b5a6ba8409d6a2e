"""The comparison itself: sets the ground, climbs the rungs, and reports."""

import dataclasses
import itertools
import time

import numpy as np

from legacy_cnn import conversion, mnist, provenance
from legacy_cnn.errors import LegacyCnnError, ParityError, first_line
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.parity.candidates import open_candidate
from legacy_cnn.parity.candidates.files import NpzCandidate
from legacy_cnn.parity.ground import CannotGoOn, Ground
from legacy_cnn.parity.names import Mapping
from legacy_cnn.parity.references import drawn, open_reference
from legacy_cnn.parity.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    Report,
    Rung,
)
from legacy_cnn.parity.requirements import missing_for
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.tolerance import EXACT, TOLERANCES
from legacy_cnn.settings import ParitySettings
from legacy_cnn.training import feeding


def compare(
    candidate, reference=None, mapping=None, weights=None, watch=lambda name: None, **settings
):
    """Asks whether a port is the same program as the reference, and where it first differs.

    Args:
      candidate: a `keras.Model`, a `Port`, a program like `ports.eager.Tutorial`, or the name of
        one: a `.keras` or `.npz` file, a SavedModel's directory, or `module:function`.
      reference: None for the tutorial; or the name of another TensorFlow 1 graph (see
        `open_reference`), or a function that builds one in the current graph.
      mapping: a `Mapping`, or None.
      weights: what both begin with: None for weights drawn from the seed, or a dict by
        parameter, or the name of a run directory or a file of weights.
      watch: called with the name of each rung before it is climbed.
      **settings: fields of `ParitySettings`.

    Returns:
      A `Report`.

    Raises:
      ParityError: the two cannot be compared.
      UsageError, WeightsError, RunError, OSError: an option, a file, or a run.
    """
    started = time.perf_counter()
    chosen = ParitySettings(**settings)
    mapping = mapping or Mapping()
    with open_reference(reference, mapping.reference, chosen.threads) as opened:
        ground = _ground(opened, candidate, mapping.candidate, weights, chosen)
        try:
            rungs = tuple(_climb(ground, chosen.keep_going, watch))
        finally:
            ground.candidate.release()
    return Report(
        candidate=ground.candidate.name,
        reference=opened.name,
        setting=_setting(chosen),
        rungs=rungs,
        accuracy=ground.accuracy,
        seconds=round(time.perf_counter() - started, 3),
    )


def _ground(reference, candidate, mapping, weights, options):
    files = mnist.load(options.data_dir)
    batches = list(batches_of(files, options))
    shape = (1, *reference.input_shape[1:])
    if None in shape[1:] or int(np.prod(shape)) != 784:
        raise ParityError(
            f"The reference takes images of shape {shape[1:]}; MNIST's images have 784 pixels."
        )
    batches = [(images.reshape(-1, *shape[1:]), *rest) for images, *rest in batches]
    layers = reference.forward(batches[0][0][:2])
    shapes = {
        "images": shape[1:],
        **{name: value.shape[1:] for name, value in layers.items()},
        **reference.shapes(),
    }
    opened = open_candidate(candidate, reference.names, shapes, mapping, options.keep_prob)
    first = _first_weights(reference, opened, weights, options.seed)
    test = scaled(files.test_images).reshape(-1, *shape[1:])
    return Ground(
        reference=reference,
        candidate=opened,
        weights=first,
        fixed=isinstance(opened, NpzCandidate) and weights is None,
        batches=batches,
        shapes={name: shapes[name] for name in reference.names.layers},
        epoch=(len(files.train_labels) - options.validation_size) // options.batch_size,
        test=(test, np.eye(10, dtype=np.float32)[files.test_labels]),
        keep_prob=options.keep_prob,
        tolerances=dict.fromkeys(TOLERANCES, EXACT) if options.exact else TOLERANCES,
    )


def batches_of(files, options):
    """The images, labels and noise of each step, as a run of that seed has them."""
    images, labels = feeding.training_set(files, options)
    return itertools.islice(feeding.batches(images, labels, options), options.steps)


def _first_weights(reference, candidate, weights, seed):
    if weights is None:
        return drawn(reference.shapes(), seed)
    if not isinstance(weights, dict):
        weights = conversion.read(weights)
    missing = set(reference.names.parameters) ^ set(weights)
    if missing:
        raise ParityError(f"Missing or unexpected weights: {', '.join(sorted(missing))}.")
    return weights


def _climb(ground, keep_going, watch):
    stopped = False
    for name, findings in RUNGS.items():
        reason = missing_for(name, ground)
        if reason:
            yield Rung(name, NOT_COMPARED, reason=reason)
        elif stopped:
            yield Rung(name, NOT_REACHED)
        else:
            watch(name)
            found, cannot_go_on = _found(ground, name, findings)
            failed = any(each.verdict == DIFFERENT for each in found)
            stopped = cannot_go_on or (failed and not keep_going)
            yield Rung(name, FAILED if failed else PASSED, found)


def _found(ground, name, findings):
    found = []
    try:
        for each in findings(ground):
            found.append(each)
    except CannotGoOn:
        return tuple(found), True
    except LegacyCnnError:
        raise
    except Exception as error:  # whatever a foreign program raises
        if any(each.verdict == DIFFERENT for each in found):
            return tuple(found), True
        raise ParityError(
            f"{ground.candidate.name} raised {type(error).__name__} on the rung {name}: "
            f"{first_line(error)}"
        ) from error
    return tuple(found), False


def _setting(options):
    return {**dataclasses.asdict(options), "versions": provenance.versions()}
