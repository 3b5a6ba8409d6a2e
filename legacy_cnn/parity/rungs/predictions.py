"""The whole test set, each image once: what both programs predict with the same weights."""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.rungs.forward import softmax
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

BATCH = 500


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the output, the class of each image, and measures the accuracy.

    Both programs have the reference's weights after the steps, if these were climbed: a network
    that has learnt nothing would hide mistakes of an evaluation.
    """
    weights = ground.trained or ground.weights
    ground.reference.begin(weights)
    ground.candidate.begin(weights)
    images, labels = ground.test
    largest: Finding | None = None
    correct = {"reference": 0, "candidate": 0}
    other_class: list[int] = []
    for start in range(0, len(images), BATCH):
        expected, actual, finding = _compared(ground, images[start : start + BATCH])
        if finding.figures is None or finding.verdict == DIFFERENT:
            yield finding
            return
        largest = _larger(largest, finding)
        classes = labels[start : start + BATCH].argmax(1)
        for program, output in (("reference", expected), ("candidate", actual)):
            correct[program] += int((output.argmax(1) == classes).sum())
        other_class += _other_class(expected, actual, finding.figures.absolute, start)
    ground.accuracy = {program: count / len(images) for program, count in correct.items()}
    if largest:
        yield largest
    yield _classes(other_class, len(images))


def _compared(ground: Ground, images: Array) -> tuple[Array, Array, Finding]:
    """The outputs of both programs for a batch, and the finding."""
    name = ground.reference.names.output
    expected = ground.reference.forward(images, only=[name])[name]
    actual = ground.candidate.predict(images)
    output = ground.candidate.output
    if output == "probabilities" or _are_probabilities(actual):
        output, expected = "probabilities", softmax(expected)
    return expected, actual, ground.compare("predictions", output, expected, actual)


def _are_probabilities(output: Array) -> bool:
    """Whether a model that returns logits when called predicts with a softmax."""
    return bool((output >= 0).all() and np.allclose(output.sum(axis=1), 1, atol=1e-3))


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
