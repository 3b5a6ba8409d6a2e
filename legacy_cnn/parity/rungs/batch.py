"""The data and their order, if the candidate has its own."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from legacy_cnn.parity import causes
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.results.report import DIFFERENT, SAME, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the batches of the first steps, their number in an epoch, and the test set."""
    if ground.candidate.train_data:
        yield from _training(ground, ground.candidate.train_data())
    if ground.candidate.test_data:
        yield from _test(ground, ground.candidate.test_data())


def _training(ground: Ground, batches: Iterable[Sequence[Array]]) -> Iterator[Finding]:
    """The batches of a whole epoch; after the first steps only those that differ."""
    count, shown = 0, len(ground.batches)
    for batch, expected in itertools.zip_longest(batches, ground.first_epoch()):
        count += batch is not None
        if batch is not None and expected is not None:
            compared = list(_pair(ground, expected, batch, "", count))
            differ = any(finding.verdict == DIFFERENT for finding in compared)
            if differ or count <= shown:
                yield from compared
            if differ and count > shown:
                break
    else:
        yield _count("batches per epoch", ground.epoch, count)


def _test(ground: Ground, batches: Iterable[Sequence[Array]]) -> Iterator[Finding]:
    rows = 0
    images, labels = ground.test
    for batch in batches:
        part = slice(rows, rows + len(batch[0]))
        rows += len(batch[0])
        yield from _pair(ground, (images[part], labels[part]), batch, "test ", None)
    yield _count("test images", len(images), rows)


def _pair(
    ground: Ground,
    expected: Sequence[Array],
    batch: Sequence[Array],
    prefix: str,
    step: int | None,
) -> Iterator[Finding]:
    """The images and the labels of a batch; of the test set only those that differ."""
    for name, reference, candidate in zip(("images", "labels"), expected, batch, strict=True):
        array = np.asarray(candidate)
        if name == "labels" and array.ndim == 1:
            array = np.eye(reference.shape[1])[array.astype(int)]
        if array.size == reference.size:
            array = array.reshape(reference.shape)
        if name == "images":
            reference = ground.given(reference)
        # Whatever they are given, both programs compute in float32.
        pair = reference.astype(np.float32), array.astype(np.float32)
        finding = ground.compare("batch", f"{prefix}{name}", *pair, step)
        if finding.verdict == DIFFERENT and name == "images" and step in (None, 1):
            finding = dataclasses.replace(finding, cause=causes.of_images(*pair))
        if finding.verdict == DIFFERENT or step is not None:
            yield finding


def _count(name: str, expected: int, actual: int) -> Finding:
    if expected == actual:
        return Finding(name, SAME, note=f"{actual:,}")
    return Finding(name, DIFFERENT, note=f"{actual:,}, expected {expected:,}")
