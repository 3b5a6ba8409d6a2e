"""What a comparison stands on: both programs, and what they are both given."""

import dataclasses
import functools

import numpy as np

from legacy_cnn.parity.candidates.base import Candidate
from legacy_cnn.parity.difference import Incomparable, difference
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.report import DIFFERENT, SAME, Finding
from legacy_cnn.parity.tolerance import Tolerance


class CannotGoOn(Exception):
    """The rungs above have nothing to stand on, whatever was asked for."""


class Scene:
    """The two programs with certain weights, and what they make of the first batch."""

    def __init__(self, ground, weights, note=""):
        self.ground, self.weights, self.note = ground, weights, note
        #: Layers that the candidate has another tensor for; the rung `forward` finds them.
        self.rewritten: frozenset[str] = frozenset()

    def enter(self):
        """Gives both programs the weights."""
        self.ground.reference.begin(self.weights)
        self.ground.candidate.begin(self.weights)

    @functools.cached_property
    def passed(self):
        """The candidate's pass back through the first batch, in training."""
        self.enter()
        return self.ground.candidate.backward(*self.ground.batches[0])


@dataclasses.dataclass
class Ground:
    """The two programs, their input, and what a rung leaves for those above it."""

    reference: NamedGraph
    candidate: Candidate
    weights: dict  # by parameter; what both begin with
    fixed: bool  # whether the candidate's own weights are to be those
    batches: list  # (images, labels, noise) of each step
    shapes: dict  # layer of the reference -> shape without the batch
    epoch: int  # how many batches an epoch has
    test: tuple  # (images, labels) of the whole test set
    keep_prob: float
    tolerances: dict  # row of the table -> `Tolerance`
    learnt: dict | None = None  # the weights, as the steps have left the reference's
    accuracy: dict = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def scenes(self):
        """With the weights as they are, and with small ones.

        The tutorial's weights make layers in the thousands, beside which much is too small to be
        seen: a gelu for a relu, say. With these, layers and loss are of the order of 1.
        """
        small = {
            name: value / np.float32(np.sqrt(np.prod(value.shape[:-1])) * 2)
            for name, value in self.weights.items()
        }
        return Scene(self, self.weights), Scene(self, small, "with small weights")

    def over_scenes(self, found):
        """What `found` (a function of a scene) yields, until something is different."""
        for scene in self.scenes:
            findings = list(found(scene))
            yield from findings
            if any(each.verdict == DIFFERENT for each in findings):
                return

    def mask_of(self, passed):
        """The mask to feed to the reference: the candidate's, or one that keeps everything."""
        shape = self.shapes[self.reference.names.dropped] if self.drops else ()
        fits = passed.mask is not None and passed.mask.shape[1:] == shape
        return passed.mask if fits else np.ones((len(self.batches[0][0]), *shape), bool)

    @property
    def drops(self):
        """Whether the reference has a dropout whose noise can be fed."""
        return bool(self.reference.names.noise and self.reference.names.dropped)

    def compare(self, row, tensor, reference, candidate, step=None, origin=None, note=""):
        """The `Finding` for a pair of arrays, by the tolerance of a row of the table."""
        tolerance: Tolerance = self.tolerances[row]
        made = functools.partial(Finding, tensor, step=step, note=note, row=row)
        try:
            compared = np.asarray(reference), np.asarray(candidate), origin
            figures = difference(*compared, ulps=tolerance.ulp > 0)
        except Incomparable as error:
            return made(DIFFERENT, note=str(error), tolerance=tolerance)
        if tolerance.allows(figures):
            return made(SAME, figures=figures, tolerance=tolerance)
        return made(DIFFERENT, figures=difference(*compared), tolerance=tolerance)
