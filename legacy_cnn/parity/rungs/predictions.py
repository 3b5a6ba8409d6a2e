"""The whole test set, every image once: what each program makes of it with the same weights."""

import numpy as np

from legacy_cnn.parity.report import DIFFERENT, SAME, Finding
from legacy_cnn.parity.rungs.forward import softmax

BATCH = 500


def findings(ground):
    """The candidate's output, the class it predicts for each image, and the accuracy.

    The weights are the reference's, as the steps have left them if they were climbed: a net that
    has learnt nothing would hide what an evaluation gets wrong.
    """
    weights = ground.learnt or ground.weights
    ground.reference.begin(weights)
    ground.candidate.begin(weights)
    images, labels = ground.test
    worst, right, wrong = None, [0, 0], []
    for start in range(0, len(images), BATCH):
        part = images[start : start + BATCH]
        logits = ground.reference.forward(part, only=[ground.reference.names.output])
        expected = next(iter(logits.values()))
        found = ground.candidate.predict(part)
        output = ground.candidate.output
        if output == "probabilities" or _are_probabilities(found):
            output, expected = "probabilities", softmax(expected)
        finding = ground.compare("predictions", output, expected, found)
        if finding.figures is None or finding.verdict == DIFFERENT:
            yield finding
            return
        worst = max(worst or finding, finding, key=lambda each: each.figures.absolute)
        classes = labels[start : start + BATCH].argmax(1)
        for side, output in enumerate((expected, found)):
            right[side] += int((output.argmax(1) == classes).sum())
        wrong += _beyond_ties(expected, found, finding.figures.absolute, start)
    ground.accuracy = {
        "reference": right[0] / len(images),
        "candidate": right[1] / len(images),
    }
    yield worst
    yield _classes(wrong, len(images))


def _are_probabilities(output):
    """A model may well return logits when called, and predict by a softmax."""
    return bool((output >= 0).all() and np.allclose(output.sum(axis=1), 1, atol=1e-3))


def _beyond_ties(expected, found, apart, start):
    """Images with another class, other than by a tie that the difference can turn."""
    differing = np.flatnonzero(expected.argmax(1) != found.argmax(1))
    best = np.sort(expected[differing], axis=1)
    margins = best[:, -1] - best[:, -2]
    return [
        start + int(at) for at, margin in zip(differing, margins, strict=True) if margin > 2 * apart
    ]


def _classes(wrong, images):
    if not wrong:
        return Finding("classes", SAME, note=f"of {images:,} images")
    return Finding("classes", DIFFERENT, note=f"{len(wrong)} differ, the first is image {wrong[0]}")
