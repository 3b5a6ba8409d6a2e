"""What explains that a step or an update differs."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from legacy_cnn.parity.reenacting import (
    averages,
    bias,
    clipping,
    kinds,
    numbers,
    repeating,
    rows,
    rules,
)
from legacy_cnn.parity.reenacting.trial import Mistake, Trial, explanation
from legacy_cnn.results.report import DIFFERENT, Finding


def explained(
    findings: Sequence[Finding], trial: Trial, following: Callable[[], Trial]
) -> list[Finding]:
    """The findings of a step with the cause of the first difference.

    Args:
      findings: of the step.
      trial: the step.
      following: returns the next step, from the state that the reference has after this one.
    """
    explained = list(findings)
    at = next((at for at, one in enumerate(findings) if one.verdict == DIFFERENT), None)
    if at is not None:
        explained[at] = dataclasses.replace(findings[at], cause=cause_of(trial, following))
    return explained


def cause_of(trial: Trial, following: Callable[[], Trial]) -> str:
    """Names the mistake with which the reference takes the candidate's steps, or "".

    In one step one mistake looks like another: with slots that are still 0, Nesterov's momentum
    like a larger rate. So it must also explain the next step, if that differs, too.
    """
    if not trial.differing:
        return ""
    kind = explanation([trial], kinds.mistakes(trial))
    if kind:
        return kind
    later = following()
    if not later.differing:
        return explanation([trial], _mistakes(trial))
    later.since = trial.steps
    of_both = explanation([later], repeating.accumulated(trial, later))
    return of_both or explanation([later, trial], _mistakes(later))


def _mistakes(trial: Trial) -> Iterator[Mistake]:
    """Known mistakes; what is named precedes what is solved for."""
    yield from rules.frozen(trial)
    yield from rows.mistakes(trial)
    yield from averages.mistakes(trial)
    yield from numbers.mistakes(trial)
    yield from clipping.mistakes(trial)
    yield from bias.mistakes(trial)
    yield from repeating.mistakes(trial)
    yield from numbers.rates(trial)
    yield from rules.mistakes(trial)
    if not clipping.is_hidden(trial):
        yield from numbers.constants(trial)
    yield from clipping.others(trial)
