"""The data and their order, where the candidate brings its own."""

import dataclasses
import itertools

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.report import DIFFERENT, SAME, Finding


def findings(ground):
    """Every batch of the first steps, their number in an epoch, and the whole test set."""
    if ground.candidate.train:
        batches = ground.candidate.train()
        count = 0
        for own, batch in itertools.zip_longest(batches, ground.batches):
            count += own is not None
            if own is not None and batch is not None:
                yield from _pair(ground, batch[:2], own, "", count)
        yield _count("batches an epoch", ground.epoch, count)
    if ground.candidate.test:
        rows = 0
        images, labels = ground.test
        for own in ground.candidate.test():
            part = slice(rows, rows + len(own[0]))
            rows += len(own[0])
            yield from _pair(ground, (images[part], labels[part]), own, "test ", None)
        yield _count("test images", len(images), rows)


def _pair(ground, batch, own, prefix, step):
    for name, reference, candidate in zip(("images", "labels"), batch, own, strict=True):
        array = np.asarray(candidate)
        if name == "labels" and array.ndim == 1:
            array = np.eye(reference.shape[1])[array.astype(int)]
        if array.size == reference.size:
            array = array.reshape(reference.shape)
        # Both programs compute in float32, whatever they are handed.
        finding = ground.compare(
            "batch",
            f"{prefix}{name}",
            reference.astype(np.float32),
            array.astype(np.float32),
            step,
        )
        if finding.verdict == DIFFERENT and name == "images" and step in (None, 1):
            cause = causes.of_images(reference.astype(np.float32), array.astype(np.float32))
            finding = dataclasses.replace(finding, cause=cause)
        if finding.verdict == DIFFERENT or step is not None:
            yield finding


def _count(name, expected, found):
    if expected == found:
        return Finding(name, SAME, note=f"{found:,}")
    return Finding(name, DIFFERENT, note=f"{found:,}, expected {expected:,}")
