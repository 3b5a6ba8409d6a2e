"""What both programs predict with the same weights, and how they evaluate a batch.

The test set, or a part of it where weights are drawn; batches of other sizes; and a batch with
images that no data set has: NaN, infinity, and one value everywhere. A flip, or a mean over a
batch, shows in one of them.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import tensorflow as tf

from legacy_cnn.parity import always_drawn
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.moves import Moves
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.rounding import Noise, nudged
from legacy_cnn.parity.rungs import after_evaluation, evaluation, moved_alone, predicted_outputs
from legacy_cnn.parity.rungs.evaluation import is_one_hot
from legacy_cnn.parity.rungs.sizes import batch_sizes
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.side import State
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

BATCH = 500

#: So many images of the test set are predicted with weights that are drawn: only trained ones have
#: an accuracy to measure.
DRAWN = 1000

#: Runs with nudged inputs for each batch.
RUNS = 2

#: Place in a batch -> what each pixel of that image is, and how it is called.
ODD = {1: (np.nan, "that is NaN"), 3: (np.inf, "that is infinite"), 5: (0.5, "of one value")}


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares outputs, classes, images that are not finite, and evaluation, until one differs."""
    if ground.is_unfed:
        yield always_drawn.differs(ground)
        return
    parts: list[Callable[[Ground], Iterable[Finding]]] = [
        _test_set,
        lambda ground: ground.over_scenes(_sizes),
        lambda ground: predicted_outputs.findings(ground.scenes[1]),
        lambda ground: _odd(ground.scenes[1]),
        evaluation.findings,
        after_evaluation.findings,
        moved_alone.findings,
    ]
    for part in parts:
        compared = list(part(ground))
        yield from compared
        if any(finding.verdict == DIFFERENT for finding in compared):
            return


def _test_set(ground: Ground) -> Iterator[Finding]:
    """Compares the output and the class of each image, and measures the accuracy.

    Both programs have the reference's weights and averages after the steps, if these were climbed:
    a network that has learnt nothing would hide mistakes of an evaluation.
    """
    states = _trained(ground)
    images, labels = (part if ground.are_given else part[:DRAWN] for part in ground.test)
    largest: Finding | None = None
    correct = {"reference": 0, "candidate": 0}
    other_class: list[int] = []
    size, is_fixed = _batch(ground)
    for start in range(0, len(images), size):
        part = images[start : start + size]
        if is_fixed and len(part) < size:
            break
        expected, actual, finding = _compared(ground, states, part)
        if finding.figures is None or finding.verdict == DIFFERENT:
            yield finding
            return
        largest = _larger(largest, finding)
        if labels[start : start + size].shape == expected.shape and is_one_hot(labels):
            classes = labels[start : start + size].argmax(1)
            for program, output in (("reference", expected), ("candidate", actual)):
                correct[program] += int((output.argmax(1) == classes).sum())
            other_class += _other_class(expected, actual, finding.figures.absolute, start)
    if is_one_hot(labels):
        ground.accuracy = {program: count / len(images) for program, count in correct.items()}
    if largest:
        yield largest
    yield _classes(other_class, len(images))


def _batch(ground: Ground) -> tuple[int, bool]:
    """The size of a batch, and whether the reference takes no other."""
    return ground.only_size or BATCH, ground.only_size is not None


def _trained(ground: Ground) -> tuple[State, State]:
    if ground.trained is None:
        return ground.states(ground.weights)
    moved = Moves(ground, ground.trained).in_candidate()
    return ground.trained, {**ground.candidate.beginning(), **moved}


def _sizes(scene: Scene) -> Iterator[Finding]:
    for size in batch_sizes(scene.ground):
        note = f"in a batch of {size}" + (f", {scene.note}" if scene.note else "")
        images = scene.ground.test[0][:size]
        yield _compared(scene.ground, scene.states, images, note=note)[2]


def _odd(scene: Scene) -> Iterator[Finding]:
    """Compares a batch with images that are not finite: which rows are, then what is finite."""
    ground = scene.ground
    images = ground.test[0][: batch_sizes(ground)[0]]
    if (
        ground.batches[0].parts  # packed into one array, with integers among them
        or ground.given(images).dtype.kind != "f"
        or len(images) <= max(ODD)
        or not ground.candidate.takes_floats
    ):
        return
    try:
        expected = ground.reference.predict(scene.states[0], _with_odd(images))
    except tf.errors.InvalidArgumentError:  # of a place that is computed from NaN: no answer
        return
    actual = ground.candidate.predict(scene.states[1], ground.given(_with_odd(images)))
    if not len(expected) == len(actual) == len(images):
        return
    here, there = _finite_rows(expected), _finite_rows(actual)
    # A kernel that computes several operations at once may swallow a NaN that passes through each.
    apart = _finite_rows(ground.reference.predict_apart(scene.states[0], _with_odd(images)))
    given = ground.given(_with_odd(images))
    other = _finite_rows(ground.candidate.predict_apart(scene.states[1], given))
    if not len(apart) == len(other) == len(images):
        return
    name = ground.reference.names.output
    differing = (here == apart) & (there == other) & (here != there)
    if ground.is_rewritten:  # a relu before a pool hands on what one behind it swallows
        differing[[at for at, (value, _) in ODD.items() if not np.isfinite(value)]] = False
    for at in np.flatnonzero(differing):
        kind = ODD.get(int(at), (0, "beside others that are not finite"))[1]
        words = ("finite", "not finite") if there[at] else ("not finite", "finite")
        note = f"the output for an image {kind} is {words[0]}, in the reference {words[1]}"
        yield Finding(name, DIFFERENT, note=note)
    # What is left of NaN where an operation swallows it, such as a pool, is no value to compare.
    unclean = [at for at, (value, _) in ODD.items() if not np.isfinite(value)]
    compared = here & there & ~np.isin(np.arange(len(images)), unclean)
    if not differing.any() and compared.any():
        note = "in a batch with images that are NaN, infinite, and of one value"
        yield _compared(ground, scene.states, images, _with_odd, compared, note)[2]


def _with_odd(images: Array) -> Array:
    changed = images.copy()
    for at, (value, _) in ODD.items():
        changed[at] = value
    return changed


def _finite_rows(output: Array) -> Array:
    return np.asarray(np.isfinite(output.reshape(len(output), -1)).all(axis=1))


def _same(images: Array) -> Array:
    return images


def _compared(
    ground: Ground,
    states: tuple[State, State],
    images: Array,
    change: Callable[[Array], Array] = _same,
    rows: Array | slice = slice(None),
    note: str = "",
) -> tuple[Array, Array, Finding]:
    """Compares the outputs of both programs for a batch.

    Args:
      states: of both programs.
      images: the batch.
      change: makes of the batch what the programs are given.
      rows: of the outputs, those that are compared.
      note: what is compared, in words.

    Returns:
      Both outputs, and the finding.
    """
    name = ground.reference.names.output
    given = change(images)
    expected = ground.reference.predict(states[0], given)
    actual = ground.candidate.predict(states[1], ground.given(given))
    if actual.size == expected.size:
        actual = actual.reshape(expected.shape)
    if not isinstance(rows, slice):
        expected, actual = expected[rows], actual[rows]
    generator = np.random.default_rng(ground.seed)

    def run() -> dict[str, Array]:
        moved = ground.reference.nudged(states[0], generator)
        with ground.reference.feeds.nudging(generator):
            again = ground.reference.predict(moved, change(nudged(images, generator)))
        return {"output": again[rows]}

    noise = Noise({"output": expected}, run, RUNS)
    known = returned(name, expected, actual)

    def spread(runs: int) -> Array:
        return known.spread(noise.of("output", runs))

    finding = ground.compare(
        "predictions", known.name, known.expected, known.output, note=note, noise=spread
    )
    return known.expected, known.output, finding


def _larger(one: Finding | None, other: Finding) -> Finding:
    """The finding with the larger difference."""
    if one is None or one.figures is None or other.figures is None:
        return other
    return other if other.figures.absolute > one.figures.absolute else one


def _other_class(expected: Array, actual: Array, difference: float, start: int) -> list[int]:
    """Images with another class, except for ties that the difference can turn."""
    differing = np.flatnonzero(expected.argmax(1) != actual.argmax(1))
    best = np.sort(expected[differing], axis=1)
    margins = best[:, -1] - best[:, -2]
    return [
        start + int(at)
        for at, margin in zip(differing, margins, strict=True)
        if margin > 2 * difference
    ]


def _classes(other_class: list[int], images: int) -> Finding:
    if not other_class:
        return Finding("classes", SAME, note=f"of {images:,} images")
    note = f"{len(other_class)} differ; the first is that of image {other_class[0]}"
    return Finding("classes", DIFFERENT, note=note)
