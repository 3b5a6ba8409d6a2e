"""Whole steps of training, each from a state of the reference."""

import functools
from collections.abc import Iterable, Iterator

import numpy as np

from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.moves import Moves
from legacy_cnn.parity.reenacting.steps import explained
from legacy_cnn.parity.reenacting.trial import Trial
from legacy_cnn.parity.rungs import parts
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.side import Batch, State
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, Finding

#: Why nothing of the port changes as a moving average of the reference does.
NO_AVERAGE = "a step of the port updates no moving average"


def findings(ground: Ground, row: str, late: Iterable[int]) -> Iterator[list[Finding]]:
    """Compares one step after each of some numbers of steps, with small weights.

    It begins with slots that steps have filled, where steps were compared. A smaller batch tells as
    much, and takes less time.
    """
    scene, batch = ground.scenes[1], ground.part or ground.batches[0]
    if ground.uncounted:
        yield [unknown(ground)]
        return
    for steps in late:
        reference, candidate = ground.reached or scene.states
        reference = {**reference, **ground.reference_clock.at(steps, reference)}
        candidate = {**candidate, **ground.candidate_clock.at(steps, candidate)}
        note = f"after {steps:,} steps, {scene.note}"
        yield Step(scene, row, reference, candidate, batch, note, taken=steps).findings()


def of_part(ground: Ground, row: str) -> Iterator[Finding]:
    """Compares a step with a smaller batch: gradients may be divided by the size of a whole one.

    It reads fewer rows of an embedding, and slots have been filled: other rows must stay, or move.
    """
    scene = ground.scenes[1]
    states = ground.reached or scene.states

    def compared(part: Batch, note: str) -> list[Finding]:
        return Step(scene, row, *states, part, f"{note}, {scene.note}").findings()

    yield from parts.findings(ground, compared)


def unknown(ground: Ground) -> Finding:
    """Says why nothing is compared after many steps."""
    names = ", ".join(ground.uncounted)
    note = f"{names} changes from step to step in a way that is not known: no later step was tried"
    return Finding("after 1,000 steps and more", NOT_COMPARED, note=note)


class Step:
    """One step of both programs."""

    def __init__(
        self,
        scene: Scene,
        row: str,
        reference: State,
        candidate: State,
        batch: Batch,
        note: str,
        number: int | None = None,
        taken: int = 0,
    ) -> None:
        ground = scene.ground
        self._scene = scene
        self._taken = taken if number is None else number - 1
        self._ground, self._row, self._note, self._number = ground, row, note, number
        self._moves = Moves(ground, reference)
        self._given = {**candidate, **self._moves.in_candidate(number == 1)}
        self._batch = ground.masked(reference, self._given, batch)
        self.candidate = ground.candidate.step(self._given, ground.as_given(batch))
        self.reference = ground.reference.step(reference, self._batch)

    def findings(self) -> list[Finding]:
        """Compares the weights and slots after it; the first difference gets its cause."""
        trial = self._trial()
        compared = explained(list(self._compared(trial)), trial, self._following)
        return [*self._unmoved(), *compared]

    def _following(self) -> Trial:
        """The step after this one."""
        states = self.reference, self.candidate
        return Step(
            self._scene, self._row, *states, self._batch, self._note, taken=self._taken + 1
        )._trial()

    def _compared(self, trial: Trial) -> Iterator[Finding]:
        own = self._moves.noise_of_candidate(self._given, self._batch, trial.there)
        for key in trial.keys:
            yield self._ground.compare(
                self._row,
                key if isinstance(key, str) else f"{key[0]} of {key[1]}",
                trial.here[key],
                trial.there[key],
                self._number,
                trial.before.get(key),
                self._note,
                functools.partial(trial.noise.of, key),
                functools.partial(own.of, key) if self._ground.may_reorder else None,
            )

    def _trial(self) -> Trial:
        """The step, which can be taken again."""
        ground, reference, before = self._ground, self._ground.reference, self._moves.state
        return Trial(
            self._moves,
            (self._moves.named(self.reference), ground.named(self.candidate)),
            [*ground.weights, *ground.slot_names],
            self._moves.noise_of_step(self._batch, self.reference),
            lambda state, fed: reference.step_fed(state, self._batch, fed),
            lambda fetches: reference.fetch(before, self._batch, fetches),
            self._gradients,
            lambda: ground.candidate.computed_in_step(self._given, ground.as_given(self._batch)),
            self._taken,
        )

    def _gradients(self) -> Arrays:
        """The reference's, by parameter."""
        tensors = self._ground.reference.pass_through(self._moves.state, self._batch).tensors
        prefix = "gradient "
        return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}

    def _unmoved(self) -> Iterator[Finding]:
        """What the reference's step changes and the candidate's does not."""
        if self._number not in (None, 1):
            return
        reference = self._ground.reference
        for name in reference.moving:
            if (VALUE, name) not in self._ground.slot_names:
                note = "a step changes it; none of the port's variables changes likewise"
                cause = "" if self._updates_averages else NO_AVERAGE
                yield Finding(
                    name, DIFFERENT, step=self._number, note=note, row=self._row, cause=cause
                )

    @functools.cached_property
    def _updates_averages(self) -> bool:
        """Whether the candidate's step changes any array that is no parameter and no slot."""
        ground = self._ground
        known = {*ground.keys_of_parameters, *(key for g in ground.slots for key in g.keys)}
        return any(
            not np.array_equal(value, self._given[key])
            for key, value in self.candidate.items()
            if key not in known and key in self._given
            if np.ndim(value) and value.dtype.kind == "f"
        )
