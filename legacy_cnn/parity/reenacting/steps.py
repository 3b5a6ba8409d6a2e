"""What explains that a step or an update differs."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from legacy_cnn.parity.reenacting import averages, kinds, numbers, rules
from legacy_cnn.parity.reenacting.clipping import Reaching
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
    """Names the mistake with which the reference takes the candidate's step, or "".

    With slots that are still 0, one mistake looks like another: Nesterov's momentum like a larger
    rate. So it is looked for in the next step, if that differs, too.
    """
    if not trial.differing:
        return ""
    kind = explanation(trial, kinds.mistakes(trial))
    if kind:
        return kind
    later = following()
    if later.differing:
        later.since = trial.steps
        trial = later
    return explanation(trial, _mistakes(trial))


def _mistakes(trial: Trial) -> Iterator[Mistake]:
    """Known mistakes; what is named precedes what is solved for."""
    yield from rules.frozen(trial)
    yield from averages.mistakes(trial)
    yield from numbers.mistakes(trial)
    reaching = Reaching(trial)
    yield from reaching.clipping()
    # Gradients of some rows are not seen: what is done to them looks like another number.
    is_hidden = 0 < len(reaching.tensors) < len(trial.parameters)
    yield from numbers.rates(trial, only_named=is_hidden)
    yield from rules.mistakes(trial)
    if not is_hidden:
        yield from numbers.constants(trial)
    yield from reaching.others()
