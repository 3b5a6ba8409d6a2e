"""The real `fit` over two epochs to its very end, against the candidate's own steps.

The rungs below compare steps as graphs in sessions. What `fit` does around them is seen here only:
averages written over the weights at its end, callbacks, Python that counts in each eager step, a
mask that NumPy draws anew in each trace. Both sides are the candidate, from one state; so they have
the same bits, and where kernels differ, what rounding does to the steps is measured.
"""

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from legacy_cnn.errors import UserCodeError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground, NotCompared
from legacy_cnn.parity.partners import is_near
from legacy_cnn.parity.rounding import Noise, all_nudged, nudged
from legacy_cnn.parity.sides.fitting import FitError
from legacy_cnn.parity.sides.fixed_noise import fixed_noise
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.sides.side import Batch, State
from legacy_cnn.results.report import DIFFERENT, Finding

EPOCHS = 2

#: Images in a batch, and in the last one of an epoch.
SIZE, REST = 16, 5

#: Two arrays are one if they are as near as this, relative to their norm.
NEAR = 1e-6


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares every variable but those of metrics, which `fit` resets at other times."""
    candidate = ground.candidate
    assert isinstance(candidate, KerasSide)
    run = _Run(ground, candidate)
    as_drawn = not candidate.unrepeatable() and not run.is_compiled
    findings = list(_findings(run)) if as_drawn else []
    if findings and not any(finding.verdict == DIFFERENT for finding in findings):
        yield from findings
        return
    # XLA draws other random numbers from the same seeds.
    with fixed_noise(), candidate.retraced(run.all):
        kinds = candidate.unrepeatable()
        if kinds:
            raise NotCompared(
                f"{candidate.name} draws random numbers by {', '.join(kinds)}, which has a state "
                f"of its own, so that fit draws others than the steps; keras.layers.Dropout and "
                f"keras.random do not."
            )
        yield from _findings(run)


def _findings(run: "_Run") -> Iterator[Finding]:
    candidate, before, expected = run.candidate, run.state, run.steps()
    try:
        actual = candidate.fit(before, run.all, run.size, EPOCHS)
    except FitError as error:
        raise UserCodeError(f"fit of {candidate.name} fails: {error}") from error
    noise = Noise(_floats(expected), run.nudged_steps)
    names = {key: name for name, key in candidate.parameters.items()}
    is_explained = False
    for key in actual:
        is_float = expected[key].dtype.kind == "f"
        finding = run.ground.compare(
            run.row if is_float else "fit, counters",
            names.get(key) or candidate.label(key),
            expected[key],
            actual[key],
            origin=before[key] if is_float else None,
            note=f"after fit over {EPOCHS} epochs, against the port's own steps",
            noise=functools.partial(noise.of, key) if is_float else None,
        )
        if finding.verdict == DIFFERENT and not is_explained:
            run.check_repeatable(expected)
            cause = _cause(candidate, key, before, expected, actual) or run.cause(key, expected)
            finding, is_explained = dataclasses.replace(finding, cause=cause), True
        yield finding


class _Run:
    """Two epochs of the candidate's own steps."""

    def __init__(self, ground: Ground, candidate: KerasSide) -> None:
        self.ground, self.candidate = ground, candidate
        self.is_compiled = candidate.is_compiled_by_xla
        self.row = "fit, compiled by XLA" if self.is_compiled else "fit"
        self.state = ground.scenes[1].states[1]
        images, labels = ground.test
        fixed = ground.only_size
        self.size = fixed or min(SIZE, len(images))
        count = min(2 * self.size + (0 if fixed else REST), len(images))
        self.all = Batch(ground.given(images[:count]), labels[:count])
        self._generator = np.random.default_rng(ground.seed + 3)

    def steps(self, images: Array | None = None, state: State | None = None) -> State:
        images = self.all.images if images is None else images
        parts = [slice(at, at + self.size) for at in range(0, len(images), self.size)]
        batches = [Batch(images[part], self.all.labels[part]) for part in parts]
        return self.candidate.run(self.state if state is None else state, EPOCHS * batches)

    def nudged_steps(self) -> Mapping[Any, Array]:
        moved = all_nudged(self.state, self._generator)
        return _floats(self.steps(nudged(self.all.images, self._generator), moved))

    def check_repeatable(self, expected: State) -> None:
        """Numbers that are drawn outside of TensorFlow make each run another one."""
        again = self.steps()
        for key in self.ground.keys_of_parameters:
            if not np.allclose(expected[key], again[key], rtol=1e-2, atol=1e-6, equal_nan=True):
                raise NotCompared(
                    f"two runs of the steps of {self.candidate.name} from one state differ"
                )

    def cause(self, key: Any, expected: State) -> str:
        """What makes two traces of the step different programs."""
        state = np.random.get_state()
        np.random.random()  # another state of NumPy than in the first trace
        with self.candidate.retraced(self.all):
            again = self.steps()
        np.random.set_state(state)
        if _is_same(again[key], expected[key]):
            return ""
        return "each trace of the step computes something else: Python or NumPy draws in it"


def _floats(state: State) -> dict[Any, Array]:
    return {key: value for key, value in state.items() if value.dtype.kind == "f"}


def _cause(candidate: KerasSide, key: Any, before: State, expected: State, actual: State) -> str:
    """What became of a variable: another one's value was written over it, or it was not trained."""
    if _is_same(actual[key], before[key]):
        return "fit leaves it as it was" if not _is_same(expected[key], before[key]) else ""
    for other in actual:
        if other != key and _is_same(actual[key], expected[other]):
            return f"fit ends by writing {candidate.label(other)} over it"
    return ""


def _is_same(one: Array, other: Array) -> bool:
    """Whether a variable may have either value: one of another type or shape is another."""
    is_alike = one.shape == other.shape and one.dtype == other.dtype and one.size > 0
    return is_alike and is_near(other.astype(np.float64), one.astype(np.float64), NEAR)
