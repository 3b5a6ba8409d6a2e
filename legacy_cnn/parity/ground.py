"""What a comparison stands on: both programs, and what they are both given."""

import dataclasses
import functools

import numpy as np

from legacy_cnn.parity.candidates.base import Candidate
from legacy_cnn.parity.difference import Incomparable, difference
from legacy_cnn.parity.reference import Reference
from legacy_cnn.parity.report import DIFFERENT, SAME, Finding
from legacy_cnn.parity.tolerance import Tolerance


class CannotGoOn(Exception):
    """The rungs above have nothing to stand on, whatever was asked for."""


@dataclasses.dataclass
class Ground:
    """The two programs, their input, and what a rung leaves for those above it."""

    reference: Reference
    candidate: Candidate
    weights: dict  # by parameter; what both begin with
    fixed: bool  # whether the candidate's own weights are to be those
    batches: list  # (images, labels, noise) of each step
    epoch: tuple  # how many batches an epoch has
    test: tuple  # (images, labels) of the whole test set
    keep_prob: float
    tolerances: dict  # row of the table -> `Tolerance`
    rewritten: frozenset = frozenset()  # layers that the candidate has another tensor for
    accuracy: dict = dataclasses.field(default_factory=dict)

    @property
    def first_batch(self):
        return self.batches[0]

    @functools.cached_property
    def off(self):
        """The reference's layers for the first batch, with the dropout off."""
        return self.reference.forward(self.first_batch[0])

    @functools.cached_property
    def passed(self):
        """The candidate's pass back through the first batch, in training."""
        self.candidate.begin(self.weights)
        self.reference.begin(self.weights)
        return self.candidate.backward(*self.first_batch)

    def mask_of(self, passed):
        """The mask to feed to the reference: the candidate's, or one that keeps everything."""
        shape = self.off[self.reference.names.dropped].shape if self.drops else ()
        fits = passed.mask is not None and passed.mask.shape[1:] == shape[1:]
        return passed.mask if fits else np.ones((len(self.first_batch[0]), *shape[1:]), bool)

    @property
    def drops(self):
        """Whether the reference has a dropout whose noise can be fed."""
        return bool(self.reference.names.noise and self.reference.names.dropped)

    def compare(self, row, tensor, reference, candidate, step=None, origin=None, note=""):
        """The `Finding` for a pair of arrays, by the tolerance of a row of the table."""
        tolerance: Tolerance = self.tolerances[row]
        made = functools.partial(Finding, tensor, step=step, note=note, row=row)
        try:
            figures = difference(np.asarray(reference), np.asarray(candidate), origin)
        except Incomparable as error:
            return made(DIFFERENT, note=str(error), tolerance=tolerance)
        verdict = SAME if tolerance.allows(figures) else DIFFERENT
        return made(verdict, figures=figures, tolerance=tolerance)
