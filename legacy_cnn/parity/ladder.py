"""The comparison itself: prepares both programs, climbs the rungs, and reports."""

import dataclasses
import itertools
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import conversion, feeding, mnist, provenance
from legacy_cnn.errors import LegacyCnnError, ParityError, UserCodeError
from legacy_cnn.parity.candidates import open_candidate
from legacy_cnn.parity.candidates.files import NpzCandidate
from legacy_cnn.parity.ground import CannotGoOn, Ground
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.names import Mapping
from legacy_cnn.parity.references import drawn, open_reference
from legacy_cnn.parity.requirements import missing_for
from legacy_cnn.parity.rungs import COMPARES, RUNGS
from legacy_cnn.parity.tolerance import EXACT, TOLERANCES
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.programs.program import Options
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    Finding,
    Report,
    Rung,
)
from legacy_cnn.settings import ParitySettings

#: Initial weights by parameter, or the run directory or file that holds them.
Weights = dict[str, NDArray[Any]] | str | os.PathLike[str]


def compare(
    candidate: Any,
    *,
    reference: Any = None,
    mapping: Mapping | None = None,
    weights: Weights | None = None,
    watch: Callable[[str], object] | None = None,
    **settings: Any,
) -> Report:
    """Checks whether a port is the same program as the reference, and where it first differs.

    Args:
      candidate: a `keras.Model`, a `Port`, a program like `ports.eager.Tutorial`, or the name of
        one: an implementation such as "keras", a `.keras` or `.npz` file, the directory of a
        SavedModel, or `module:function`.
      reference: None for the tutorial's graph, the name of another TensorFlow 1 graph (see
        `open_reference`), or a function that builds one in the current graph.
      mapping: which names in one program correspond to which in the other.
      weights: initial weights of both programs: None for weights drawn from the seed, a dict by
        parameter, or the path of a run directory or a file of weights.
      watch: called with the name of each rung before it is climbed.
      **settings: fields of `ParitySettings`.

    Returns:
      The report.

    Raises:
      ParityError: the two programs cannot be compared.
      UsageError: a setting is out of range.
      WeightsError, RunError, OSError: a file or a run cannot be read.
    """
    started = time.perf_counter()
    chosen = ParitySettings(**settings)
    mapping = mapping or Mapping()
    with open_reference(reference, mapping.reference, chosen.threads) as opened:
        ground = _ground(opened, candidate, mapping.candidate, weights, chosen)
        try:
            rungs = tuple(_climb(ground, chosen.keep_going, watch or (lambda name: None)))
        finally:
            ground.candidate.release()
    return Report(
        candidate=ground.candidate.name,
        reference=opened.name,
        setting={**dataclasses.asdict(chosen), "versions": provenance.versions()},
        rungs=rungs,
        accuracy=ground.accuracy,
        seconds=round(time.perf_counter() - started, 3),
    )


def _ground(
    reference: NamedGraph,
    candidate: Any,
    mapping: dict[str, str],
    weights: Weights | None,
    settings: ParitySettings,
) -> Ground:
    files = mnist.load_present(settings.data_dir)
    batches = list(batches_of(files, settings))
    shape = _image_shape(reference)
    batches = [(images.reshape(-1, *shape), *rest) for images, *rest in batches]
    layers = reference.forward(batches[0][0][:2])
    shapes = {
        "images": shape,
        **{name: value.shape[1:] for name, value in layers.items()},
        **reference.shapes(),
    }
    options = Options(keep_prob=settings.keep_prob, threads=settings.threads)
    opened = open_candidate(candidate, reference.names, shapes, mapping, options)
    test_images, test_labels = feeding.evaluation_set(files)
    return Ground(
        reference=reference,
        candidate=opened,
        weights=_first_weights(reference, weights, settings.seed),
        fixed=isinstance(opened, NpzCandidate) and weights is None,
        batches=batches,
        shapes={name: shapes[name] for name in reference.names.layers},
        epoch=(len(files.train_labels) - settings.validation_size) // settings.batch_size,
        test=(test_images.reshape(-1, *shape), np.eye(10, dtype=np.float32)[test_labels]),
        keep_prob=settings.keep_prob,
        tolerances=dict.fromkeys(TOLERANCES, EXACT) if settings.exact else TOLERANCES,
    )


def _image_shape(reference: NamedGraph) -> tuple[int, ...]:
    """The shape in which the reference takes an image."""
    shape = reference.input_shape[1:]
    sizes = _known(shape)
    if len(sizes) < len(shape) or math.prod(sizes) != 784:
        raise ParityError(
            f"The reference takes images of shape {shape}; MNIST's images have 784 pixels."
        )
    return sizes


def _known(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size is not None)


def batches_of(files: mnist.Mnist, settings: ParitySettings) -> Iterator[Any]:
    """Returns images, labels and noise of each step, as a run with that seed has them."""
    images, labels = feeding.training_set(files, settings)
    return itertools.islice(feeding.batches(images, labels, settings), settings.steps)


def _first_weights(
    reference: NamedGraph, weights: Weights | None, seed: int
) -> dict[str, NDArray[Any]]:
    if weights is None:
        return drawn({name: _known(shape) for name, shape in reference.shapes().items()}, seed)
    if not isinstance(weights, dict):
        weights = conversion.read(weights)
    missing = set(reference.names.parameters) ^ set(weights)
    if missing:
        raise ParityError(f"Missing or unexpected weights: {', '.join(sorted(missing))}.")
    return weights


def _climb(ground: Ground, keep_going: bool, watch: Callable[[str], object]) -> Iterator[Rung]:
    stopped = False
    for name, findings_of in RUNGS.items():
        compares = COMPARES[name]
        reason = missing_for(name, ground)
        if reason:
            yield Rung(name, NOT_COMPARED, reason=reason, compares=compares)
        elif stopped:
            yield Rung(name, NOT_REACHED, compares=compares)
        else:
            watch(name)
            findings, nothing_to_stand_on = _findings(ground, name, findings_of)
            failed = any(finding.verdict == DIFFERENT for finding in findings)
            stopped = nothing_to_stand_on or (failed and not keep_going)
            yield Rung(name, FAILED if failed else PASSED, findings, compares=compares)


def _findings(
    ground: Ground, name: str, findings_of: Callable[[Ground], Iterable[Finding]]
) -> tuple[tuple[Finding, ...], bool]:
    """The findings of a rung, and whether the rungs above it have nothing to stand on."""
    findings: list[Finding] = []
    try:
        for finding in findings_of(ground):
            findings.append(finding)
    except CannotGoOn:
        return tuple(findings), True
    except LegacyCnnError:
        raise
    except Exception as error:  # whatever a foreign program raises
        if any(finding.verdict == DIFFERENT for finding in findings):
            return tuple(findings), True
        raise UserCodeError(
            f"{ground.candidate.name} failed on the rung {name}: {described_with_place(error)}"
        ) from error
    return tuple(findings), False
