"""One update of the optimizer alone and its slots, from the same gradients on both sides.

The tutorial's own gradients are huge and would hide much: an epsilon, for example, shows only if a
gradient is tiny. So the rule is also tried with zero gradients, and, starting from weights of zero,
with gradients of every size; and again after many steps, which shows what depends on the step.
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.clock import Clock, learned
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.moves import Moves
from legacy_cnn.parity.reenacting.steps import explained
from legacy_cnn.parity.reenacting.trial import Trial
from legacy_cnn.parity.rungs import whole_steps
from legacy_cnn.parity.sides.graph_variables import VALUE
from legacy_cnn.parity.sides.side import State
from legacy_cnn.results.report import DIFFERENT, Finding

#: Exponents of ten of the probe's gradients: from far below epsilon to far above any clipping.
PROBE = (-10, 4)
PROBES = 2


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares slots and weights, until an update differs; that gets its cause."""
    for compared in _updates(ground):
        yield from compared
        if any(finding.verdict == DIFFERENT for finding in compared):
            return


def _updates(ground: Ground) -> Iterator[list[Finding]]:
    if not ground.candidate.updates_apart or len(ground.reference.raw_gradients) < len(
        ground.reference.trained
    ):
        yield from whole_steps.findings(ground, "update", ground.late)
        return
    zeros = {name: np.zeros_like(value) for name, value in ground.weights.items()}
    gradients = ground.scenes[0].gradients
    none = {name: np.zeros_like(value) for name, value in gradients.items()}
    yield _update(ground, "update", "", ground.weights, [gradients])
    yield _update(ground, "update, no gradient", "no gradient: ", ground.weights, [none])
    probes = list(_probes(gradients))
    yield _update(ground, "update", "probe: ", zeros, probes)
    clock = _clock_of_updates(ground)
    if ground.uncounted:
        yield [whole_steps.unknown(ground)]
    for step in ground.late if not ground.uncounted else ():
        before = clock.at(step, ground.candidate.beginning())
        yield _update(ground, "update", f"after {step:,} steps: ", zeros, probes[:1], step, before)


def _clock_of_updates(ground: Ground) -> Clock:
    """How the candidate's optimizer counts: a step may apply it twice, but that is no update."""
    gradients = ground.gradients_in_candidate(ground.scenes[0].gradients)
    states = [ground.scenes[0].states[1]]
    for _ in range(2):
        states.append(ground.candidate.update(states[-1], gradients))
    return ground.candidate_clock.with_others(learned(states))


def _update(
    ground: Ground,
    row: str,
    prefix: str,
    weights: Arrays,
    series: Sequence[Arrays],
    steps_before: int = 0,
    counted: State | None = None,
) -> list[Finding]:
    """Compares both programs after updates with a series of gradients.

    Args:
      ground: both programs.
      row: the row of the table of tolerances.
      prefix: what the names of the tensors begin with.
      weights: initial weights.
      series: the gradients of each update.
      steps_before: number of steps before the first.
      counted: what has counted them in the candidate.
    """
    reference, candidate = ground.states(weights)
    if steps_before:
        reference.update(ground.reference_clock.at(steps_before, reference))
        candidate.update(counted or {})
    state = reference, candidate
    for taken, gradients in enumerate(series, steps_before):
        trial, state = _taken(ground, state, gradients, taken)
    another = next(_probes(gradients))
    following = functools.partial(_taken, ground, state, another, trial.steps + 1)
    return explained(list(_compared(trial, row, prefix)), trial, lambda: following()[0])


def _taken(
    ground: Ground, before: tuple[State, State], gradients: Arrays, taken: int
) -> tuple[Trial, tuple[State, State]]:
    """An update from the reference's state, and both states after it."""
    moves = Moves(ground, before[0])
    given = {**before[1], **moves.in_candidate()}
    own = ground.gradients_in_candidate(gradients)
    after = ground.reference.update(before[0], gradients), ground.candidate.update(given, own)
    computed = functools.partial(ground.candidate.computed_in_update, given, own)
    return _trial(moves, gradients, after, computed, taken), after


def _trial(
    moves: Moves,
    gradients: Arrays,
    after: tuple[State, State],
    computed: Callable[[], list[float]],
    taken: int,
) -> Trial:
    """An update, which can be taken again."""
    ground = moves.ground
    slots = [key for key in ground.slot_names if key[0] != VALUE]  # no update of the optimizer's
    return Trial(
        moves,
        (moves.named(after[0]), ground.named(after[1])),
        [*slots, *gradients],
        moves.noise_of_update(gradients, after[0]),
        lambda state, fed: ground.reference.update_fed(state, gradients, fed),
        lambda fetches: ground.reference.fetch_of_update(moves.state, gradients, fetches),
        lambda: gradients,
        computed,
        taken,
    )


def _compared(trial: Trial, row: str, prefix: str) -> Iterator[Finding]:
    for key in trial.keys:
        tensor = key if isinstance(key, str) else f"{key[0]} of {key[1]}"
        yield trial.ground.compare(
            row,
            f"{prefix}{tensor}",
            trial.here[key],
            trial.there[key],
            origin=trial.before.get(key),
            noise=functools.partial(trial.noise.of, key),
        )


def _probes(gradients: Arrays) -> Iterator[Arrays]:
    generator = np.random.default_rng(0)
    for _ in range(PROBES):
        yield {name: _probe(generator, value.shape) for name, value in gradients.items()}


def _probe(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Gradients of both signs, with sizes spread evenly over the exponents."""
    size = np.float32(10) ** generator.uniform(*PROBE, shape).astype(np.float32)
    return np.where(generator.random(shape) < 0.5, -size, size)
