"""What a comparison works on: both programs, and what both are given."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.parity import masking
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.clock import NO_CLOCK, Clock
from legacy_cnn.parity.comparing import compared
from legacy_cnn.parity.copies import copied, of_candidate, of_reference
from legacy_cnn.parity.groups import Group
from legacy_cnn.parity.pairing import Pairs
from legacy_cnn.parity.reordering import Reordering
from legacy_cnn.parity.scene import Scene, told_apart, with_gain
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Batch, Side, State, Values
from legacy_cnn.parity.tolerance import EXACT, TOLERANCES
from legacy_cnn.results.report import DIFFERENT, Finding

#: Rows of a smaller batch.
PART = 7


class CannotGoOn(Exception):
    """The rungs above cannot be climbed, even if the comparison should go on."""


class NotCompared(Exception):
    """A rung cannot be compared; the message says why."""


@dataclasses.dataclass
class Ground:
    """The two programs, their input, and what a rung leaves to those above it."""

    reference: GraphSide
    candidate: Side
    pairs: Pairs  #: parameters and their variables, and what has no counterpart
    weights: Arrays  #: by parameter; both programs start with them
    are_given: bool  #: whether the weights were given, or restored, and not drawn
    fixed: bool  #: whether the candidate has fixed weights and there are none to compare with
    batches: list[Batch]  #: of each step
    given: Callable[[Array], Array]  #: images as the candidate is given them
    epoch: int  #: number of batches in an epoch
    #: Returns images and labels of each batch of the first epoch, as the reference takes them.
    first_epoch: Callable[[], Iterable[tuple[Array, Array]]]
    test: tuple[Array, Array]  #: images and labels of the whole test set
    keep_prob: float
    seed: int
    exact: bool
    #: Slots, and what else a step changes, with the candidate's variables.
    slots: list[Group] = dataclasses.field(default_factory=list)
    reference_clock: Clock = NO_CLOCK
    candidate_clock: Clock = NO_CLOCK
    #: Whether the candidate computes some layers in another way, once these are compared.
    is_rewritten: bool = False
    #: Whether the reference draws outside of training what the candidate cannot be fed.
    is_unfed: bool = False
    trained: State | None = None  #: the reference's state after the steps, once these are done
    #: Both states after the steps with small weights.
    reached: tuple[State, State] | None = None
    accuracy: dict[str, float] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def scenes(self) -> tuple[Scene, Scene]:
        """The given weights, and small ones.

        With the tutorial's weights, layers are in the thousands. Next to that, many differences
        are too small to be seen: a gelu in place of a relu, for example. With small weights, layers
        and loss are of the order of 1.
        """
        small = Scene(self, told_apart(with_gain(self.weights, 0.5)), "with small weights")
        return Scene(self, self.weights), small

    @functools.cached_property
    def only_size(self) -> int | None:
        """The only size of a batch that the reference takes; None if it takes others.

        A placeholder may take any size where the graph does not: states that begin as zeros have
        the size that the script chose.
        """
        declared = (self.reference.input_shape or (None,))[0]
        if declared is not None:
            return declared
        images = self.batches[0].images
        try:
            self.reference.predict(
                self.states(self.weights)[0], np.concatenate([images, images[:1]])
            )
        except (tf.errors.InvalidArgumentError, ValueError):  # an operation's, or of what is fed
            return len(images)
        return None

    @functools.cached_property
    def part(self) -> Batch | None:
        """A smaller batch than the others, as the last one of an epoch may be.

        None if the reference takes no other size than theirs.
        """
        whole = self.batches[0]
        size = min(PART, len(whole.images) // 2)
        if not size or self.only_size:
            return None
        images = whole.images[:size]
        labels = whole.labels[:size] if len(whole.labels) == len(whole.images) else whole.labels
        state = self.scenes[1].states[0]
        try:
            part = self.reference.draw(images, labels, np.random.default_rng(self.seed + 5))
            self.reference.pass_through(state, part)
        except tf.errors.OpError:
            return None
        return part

    @property
    def large(self) -> Scene:
        """Weights with which layers reach where activations bend: a relu6, for example."""
        return Scene(self, with_gain(self.weights, 8), "with large weights")

    def over_scenes(
        self, compare: Callable[[Scene], Iterable[Finding]], scenes: Iterable[Scene] = ()
    ) -> Iterator[Finding]:
        """Yields the findings in each scene, until a scene has a difference."""
        for scene in scenes or self.scenes:
            findings = list(compare(scene))
            yield from findings
            if any(finding.verdict == DIFFERENT for finding in findings):
                return

    def image_shapes(self) -> list[tuple[int, ...]]:
        """The shapes of layers that have height, width and channels, without the batch."""
        state, images = self.scenes[0].states[0], self.batches[0].images
        values = self.reference.evaluate(state, images).tensors.values()
        return list(dict.fromkeys(value.shape[1:] for value in values if value.ndim == 4))

    @property
    def keys_of_parameters(self) -> list[Any]:
        """Of the candidate's variables that hold parameters."""
        return [key for group in self.pairs.groups for key in group.keys]

    @functools.cached_property
    def uncounted(self) -> list[str]:
        """What the weights depend on and changes from step to step as no clock knows, by name.

        A program that has some cannot be set to a later step.
        """
        of_slots = {key for group in self.slots for key in group.keys}
        known = {*self.keys_of_parameters, *of_slots}
        reference = self.reference
        own = {*reference.parameters.values(), *reference.slots.values(), *reference.moving}
        here = [key for key in self.reference_clock.irregular if key not in own]
        there = [key for key in self.candidate_clock.irregular if key not in known]
        return [
            side.label(key)
            for side, keys in ((reference, here), (self.candidate, there))
            for key in keys
            if keys and key in side.deciding()
        ]

    @property
    def slot_names(self) -> list[tuple[str, str]]:
        """(slot, parameter) of each slot that the candidate has."""
        return [name for group in self.slots for name in group.names]

    @functools.cached_property
    def late(self) -> list[int]:
        """Numbers of steps after which an update is compared again."""
        return sorted({*self.late_few, self.epoch, 10_000})

    @functools.cached_property
    def late_few(self) -> list[int]:
        """Fewer of them, for a whole step: it takes longer, and begins with an update's numbers."""
        near = [
            *self.reference.boundaries(self.reference_clock),
            *self.candidate.boundaries(self.candidate_clock),
        ]
        return sorted({1000, 100_000, *near})

    # States -----------------------------------------------------------------------------------

    def states(self, weights: Arrays) -> tuple[State, State]:
        """The state of each program at its beginning, with some weights."""
        reference = self.reference.beginning()
        reference.update(self.reference.as_state(weights))
        reference.update(copied(self.copies[0], weights))
        candidate = self.candidate.beginning()
        candidate.update(self.in_candidate(weights))
        candidate.update(copied(self.copies[1], candidate))
        return reference, candidate

    @functools.cached_property
    def copies(self) -> tuple[dict[str, str], dict[Any, Any]]:
        """What begins as a copy of which parameter, in each program."""
        return of_reference(self.reference), of_candidate(self.candidate, self.pairs.groups)

    @property
    def own_slots(self) -> list[Group]:
        """Slots that do not begin as copies: a first step may fill these in its own way."""
        return [group for group in self.slots if group.names[0][1] not in self.copies[0]]

    def in_candidate(self, weights: Mapping[str, Array]) -> State:
        """The candidate's variables for some parameters."""
        state: State = {}
        for group in self.pairs.groups:
            if all(name in weights for name in group.names):
                state.update(group.there(weights))
        return state

    def gradients_in_candidate(self, gradients: Arrays) -> dict[Any, Array]:
        """Gradients by the keys of the candidate's variables."""
        moved: dict[Any, Array] = {}
        for group in self.pairs.groups:
            if all(name in gradients for name in group.names):
                moved.update(group.moved(gradients))
        return moved

    def weights_of(self, state: State) -> Arrays:
        """The parameters in a state of the candidate, as they lie in the reference."""
        found = [group.here(state) for group in self.pairs.groups]
        return {name: value for group in found for name, value in group.items()}

    def named(self, state: State) -> dict[Any, Array]:
        """Parameters by name and slots by (slot, parameter), of a state of the candidate."""
        slots = [group.here(state) for group in self.slots]
        others = {name: value for group in slots for name, value in group.items()}
        return {**self.weights_of(state), **others}

    def as_given(self, batch: Batch) -> Batch:
        """The batch as the candidate is given it."""
        return dataclasses.replace(batch, images=self.given(batch.images))

    def train(
        self, reference: State, candidate: State, batch: Batch
    ) -> tuple[Values, Values, State, State]:
        """A step of both programs with the same noise: the values of each, then the states."""
        there, there_after = self.candidate.train(candidate, self.as_given(batch))
        given = self.with_masks(reference, batch, there)
        with self.reference.left_by(self.weights_of(there_after)):
            here, here_after = self.reference.train(reference, given)
        return here, there, here_after, there_after

    @functools.cached_property
    def is_masked(self) -> list[bool]:
        """For each random operation of the reference whether the candidate's masks are read."""
        return masking.is_masked(self.reference, self.candidate)

    @property
    def may_reorder(self) -> bool:
        """Whether the candidate takes a batch in another order with the noise of its rows."""
        return self.reordering.is_free and not any(self.is_masked)

    def masked(self, reference: State, candidate: State, batch: Batch) -> Batch:
        """The batch as the reference takes it for a step that the candidate takes, too."""
        if not any(self.is_masked):
            return batch
        values, _ = self.candidate.train(candidate, self.as_given(batch))
        return self.with_masks(reference, batch, values)

    def with_masks(self, state: State, batch: Batch, values: Values) -> Batch:
        """The batch with such noise as makes the masks that are read from the candidate."""
        return masking.with_masks(self.reference, self.is_masked, (state, batch), values)

    @functools.cached_property
    def reordering(self) -> Reordering:
        """How the rows of a batch may be reordered."""
        return Reordering(self.reference, self.scenes[1].states[0], self.batches[0])

    def compare(
        self,
        row: str,
        tensor: str,
        reference: Any,
        candidate: Any,
        step: int | None = None,
        origin: Array | None = None,
        note: str = "",
        noise: Callable[[int], Array] | None = None,
        own_noise: Callable[[int], Array] | None = None,
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
          noise: returns what rounding does to each element of the reference, measured in so many
            runs at least; called if needed.
          own_noise: the same of the candidate; called where the reference's might not do.
        """
        tolerance = EXACT if self.exact else TOLERANCES[row]
        arrays = np.asarray(reference), np.asarray(candidate), origin
        found = compared(tolerance, *arrays, noise, own_noise)
        return dataclasses.replace(
            found, tensor=tensor, step=step, note=found.note or note, row=row, tolerance=tolerance
        )
