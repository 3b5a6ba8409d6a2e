"""The comparison itself: prepares both programs, climbs the rungs, and reports."""

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from legacy_cnn import provenance
from legacy_cnn.errors import LegacyCnnError, ParityError, UserCodeError
from legacy_cnn.parity import masking, placeholders
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.batches import said_labels
from legacy_cnn.parity.branches import drawing_in_loops
from legacy_cnn.parity.finding.finder import LABELS
from legacy_cnn.parity.given import checked_data, checked_feeds
from legacy_cnn.parity.ground import CannotGoOn, Ground, NotCompared
from legacy_cnn.parity.names import Mapping
from legacy_cnn.parity.opening import Weights, ground_of
from legacy_cnn.parity.places import placed
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.requirements import check_rungs, gap
from legacy_cnn.parity.rungs import COMPARES, RUNGS
from legacy_cnn.parity.scripts import Conditions
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.used import used
from legacy_cnn.parity.usercode import described_with_place, guarded, kept_float_type
from legacy_cnn.programs import permitted
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

#: Rungs on which nothing is drawn.
_WITHOUT_NOISE = ("batch", "weights", "forward")


def compare(
    candidate: Any,
    *,
    reference: Any = None,
    mapping: Mapping | None = None,
    weights: Weights | None = None,
    data: tuple[Any, Any] | dict[str, Any] | None = None,
    feeds: dict[str, Any] | None = None,
    watch: Callable[[str], object] | None = None,
    warn: Callable[[str], object] | None = None,
    **settings: Any,
) -> Report:
    """Checks whether a port is the same program as the reference, and where it first differs.

    A graph from a file is checked, limited, and run in this process, which it may end, as by asking
    TensorFlow for more than it survives; the command line gives it a process of its own.

    Args:
      candidate: a `keras.Model`, a `Port`, a program like `ports.eager.Tutorial`, or the name of
        one: an implementation such as "keras", a `.keras` or `.npz` file, the directory of a
        SavedModel, or `module:function`.
      reference: None for the tutorial's graph, the name of another TensorFlow 1 graph (see
        `open_reference`), or a function that builds one in the current graph.
      mapping: which names in one program correspond to which in the other.
      weights: initial weights of both programs: None for weights drawn from the seed, a dict by
        parameter, or the path of a run directory or a file of weights.
      data: images and labels to train and test on, as the reference takes them: a pair of arrays,
        or a dict with "images" and "labels" or with "x" and "y"; lists of arrays for several
        inputs. None is MNIST where the reference takes 784 pixels and has 10 classes; for others,
        it is drawn from the seed.
      feeds: what other placeholders of the reference are fed: name -> (in training, otherwise);
        "input" or "labels" for one that batches are fed to.
      watch: called with the name of each rung before it is climbed.
      warn: called with a sentence if a script that is the reference takes long.
      **settings: fields of `ParitySettings`.

    Returns:
      The report.

    Raises:
      ParityError: the two programs cannot be compared.
      UsageError: a setting is out of range.
      WeightsError, RunError, OSError: a file or a run cannot be read.
    """
    chosen = ParitySettings(**settings)
    check_rungs(chosen.except_for)
    # Small and large weights overflow here and there; what is not finite is compared as it is.
    with (
        guarded("The comparison could not be finished"),
        np.errstate(all="ignore"),
        permitted.trusting(chosen.trust),
        kept_float_type(),
    ):
        return _compared(
            candidate,
            reference,
            mapping or Mapping(),
            weights,
            data,
            feeds,
            watch,
            warn,
            chosen,
            settings,
        )


def _compared(
    candidate: Any,
    reference: Any,
    mapping: Mapping,
    weights: Weights | None,
    data: Any,
    feeds: dict[str, Any] | None,
    watch: Callable[[str], object] | None,
    warn: Callable[[str], object] | None,
    settings: ParitySettings,
    asked: dict[str, Any],
) -> Report:
    """The report; its arguments are as those of `compare`."""
    started = time.perf_counter()
    given = None if data is None else checked_data(data, settings.batch_size)
    fed = None if feeds is None else checked_feeds(feeds, "feeds")
    conditions = Conditions(settings.seed, settings.patience, warn or (lambda text: None))

    def open_fed(feeds: dict[str, Any] | None) -> AbstractContextManager[GraphSide]:
        return open_reference(
            reference, mapping.reference, settings.keep_prob, settings.threads, feeds, conditions
        )

    with _with_labels(open_fed, fed, given) as opened:
        opened.reset()
        placeholders.check(opened, given)
        ground = ground_of(opened, candidate, mapping.candidate, weights, given, settings)
        try:
            rungs = tuple(_climb(ground, settings, watch or (lambda name: None)))
        finally:
            ground.candidate.close()
        _check_draws(ground, rungs)
    return Report(
        candidate=ground.candidate.name,
        reference=opened.name,
        setting={
            **dataclasses.asdict(settings),
            **used(ground, settings, asked),
            "versions": provenance.versions(),
            **_drawn(opened),
            **({"run": ground.candidate.how_run} if ground.candidate.how_run else {}),
        },
        rungs=rungs,
        accuracy=ground.accuracy,
        seconds=round(time.perf_counter() - started, 3),
    )


def _with_labels(
    open_fed: Callable[[dict[str, Any] | None], AbstractContextManager[GraphSide]],
    feeds: dict[str, Any] | None,
    given: tuple[Array, Array] | None,
) -> AbstractContextManager[GraphSide]:
    """The reference, opened again if the data tell which of its inputs are labels."""
    opened = open_fed(feeds)
    if given is None or not isinstance(opened, GraphSide):  # one that stays open is used as it is
        return opened
    labels = said_labels(opened, given)
    if not labels:
        return opened
    opened.close()
    return open_fed({**(feeds or {}), **dict.fromkeys(labels, LABELS)})


def _check_draws(ground: Ground, rungs: Iterable[Rung]) -> None:
    """Refuses to call programs different that were not given the same random numbers.

    Raises:
      ParityError: one draws some inside of a loop, and the programs differ in training.
    """
    reference = ground.reference
    failed = next((rung.name for rung in rungs if rung.first), None)
    if failed is None or failed in _WITHOUT_NOISE or reference.loss is None:
        return
    drawing = drawing_in_loops(reference.graph, reference.loss.op)
    is_unfed = masking.draws_in_unfed_loops(reference, ground.candidate)
    own = ground.candidate.drawing_in_loops() if is_unfed else []
    if drawing or own:
        name, op = (reference.name, drawing[0]) if drawing else (ground.candidate.name, own[0])
        raise ParityError(
            f"{name} draws random numbers inside of {op.name}, in a loop, where they cannot be "
            f"fed: with others, both programs differ on the rung {failed} whether they are the "
            f"same or not. Compare them with a keep probability of 1."
        )


def _drawn(reference: GraphSide) -> dict[str, str]:
    """How the batches were drawn, if nobody gave them."""
    return {"data": reference.data} if reference.data else {}


def _climb(
    ground: Ground, settings: ParitySettings, watch: Callable[[str], object]
) -> Iterator[Rung]:
    stopped = False
    for name, findings_of in RUNGS.items():
        compares = COMPARES[name]
        missing = gap(name, ground, settings)
        if missing:
            reason, owed = missing
            yield Rung(name, NOT_COMPARED, reason=reason, compares=compares, owed=owed)
        elif stopped:
            yield Rung(name, NOT_REACHED, compares=compares)
        else:
            watch(name)
            try:
                findings, nothing_to_stand_on = _findings(ground, name, findings_of)
            except NotCompared as prevented:
                yield Rung(name, NOT_COMPARED, reason=str(prevented), compares=compares, owed=True)
                continue
            findings = placed(ground, name, findings)
            failed = any(finding.verdict == DIFFERENT for finding in findings)
            stopped = nothing_to_stand_on or (failed and not settings.keep_going)
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
    except (LegacyCnnError, NotCompared):
        raise
    except Exception as error:  # whatever a foreign program raises
        if any(finding.verdict == DIFFERENT for finding in findings):
            return tuple(findings), True
        raise UserCodeError(
            f"{ground.candidate.name} failed on the rung {name}: {described_with_place(error)}"
        ) from error
    return tuple(findings), False
