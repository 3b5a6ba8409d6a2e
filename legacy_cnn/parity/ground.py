"""What a comparison works on: both programs, and what both are given."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays, Batch
from legacy_cnn.parity.candidates.candidate import Candidate, Pass
from legacy_cnn.parity.difference import Incomparable, difference
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.results.report import DIFFERENT, SAME, Finding, Tolerance
from legacy_cnn.weights.matching import Shape


class CannotGoOn(Exception):
    """The rungs above cannot be climbed, even if the comparison should go on."""


class Scene:
    """The two programs with certain weights, and their pass through the first batch."""

    def __init__(self, ground: "Ground", weights: Arrays, note: str = "") -> None:
        """Names the weights.

        Args:
          ground: both programs.
          weights: by parameter.
          note: what is special about the weights, for the report.
        """
        self.ground, self.weights, self.note = ground, weights, note
        #: Layers that the candidate computes in another way; the rung `forward` finds them.
        self.rewritten: frozenset[str] = frozenset()

    def enter(self) -> None:
        """Sets the weights of both programs."""
        self.ground.reference.begin(self.weights)
        self.ground.candidate.begin(self.weights)

    @functools.cached_property
    def passed(self) -> Pass:
        """The candidate's forward and backward pass through the first batch, in training."""
        self.enter()
        return self.ground.candidate.backward(*self.ground.batches[0])


@dataclasses.dataclass
class Ground:
    """The two programs, their input, and what a rung leaves to those above it."""

    reference: NamedGraph
    candidate: Candidate
    weights: Arrays  #: by parameter; both programs start with them
    fixed: bool  #: whether the candidate has fixed weights and there are none to compare with
    batches: list[Batch]  #: of each step
    shapes: dict[str, Shape]  #: layer of the reference -> shape without the batch
    epoch: int  #: number of batches in an epoch
    test: tuple[NDArray[np.float32], NDArray[Any]]  #: images and labels of the whole test set
    keep_prob: float
    tolerances: dict[str, Tolerance]  #: by row of the table
    trained: Arrays | None = None  #: the reference's weights after the steps, once these are done
    accuracy: dict[str, float] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def scenes(self) -> tuple[Scene, Scene]:
        """The given weights, and small ones.

        With the tutorial's weights, layers are in the thousands. Next to that, many differences
        are too small to be seen: a gelu in place of a relu, for example. With small weights, layers
        and loss are of the order of 1.
        """
        small = {
            name: value / np.float32(np.sqrt(np.prod(value.shape[:-1])) * 2)
            for name, value in self.weights.items()
        }
        return Scene(self, self.weights), Scene(self, small, "with small weights")

    def over_scenes(self, compare: Callable[[Scene], Iterable[Finding]]) -> Iterator[Finding]:
        """Yields the findings in each scene, until a scene has a difference."""
        for scene in self.scenes:
            findings = list(compare(scene))
            yield from findings
            if any(finding.verdict == DIFFERENT for finding in findings):
                return

    def mask_of(self, passed: Pass) -> NDArray[np.bool_]:
        """Returns the mask to feed to the reference.

        It is the candidate's, or one that keeps everything if the candidate's has another shape.
        """
        dropped = self.reference.names.dropped
        shape = self.shapes[dropped] if self.drops and dropped else ()
        if passed.mask is not None and passed.mask.kept.shape[1:] == shape:
            return passed.mask.kept
        return np.ones((len(self.batches[0][0]), *shape), bool)

    @property
    def drops(self) -> bool:
        """Whether the reference has dropout whose noise can be fed."""
        return bool(self.reference.names.noise and self.reference.names.dropped)

    def compare(
        self,
        row: str,
        tensor: str,
        reference: Any,
        candidate: Any,
        step: int | None = None,
        origin: Array | None = None,
        note: str = "",
    ) -> Finding:
        """Compares two arrays.

        Args:
          row: the row of the table of tolerances.
          tensor: the name of the arrays, for the report.
          reference: the expected array.
          candidate: the array that is compared with it.
          step: training step, from 1.
          origin: array that both have moved from.
          note: what was compared, in words.
        """
        tolerance = self.tolerances[row]
        finding = functools.partial(
            Finding, tensor, step=step, note=note, row=row, tolerance=tolerance
        )
        arrays = np.asarray(reference), np.asarray(candidate), origin
        try:
            figures = difference(*arrays, ulps=tolerance.ulp > 0)
        except Incomparable as error:
            return finding(DIFFERENT, note=str(error))
        if tolerance.allows(figures):
            return finding(SAME, figures=figures)
        return finding(DIFFERENT, figures=difference(*arrays))
