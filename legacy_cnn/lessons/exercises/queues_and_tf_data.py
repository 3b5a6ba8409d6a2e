"""Lesson 16: one epoch of a set, read by the graph itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.watching import Calls, sessions

FUNCTION = "epoch"

#: Sizes of a set and of its batches, with a smaller last batch and without.
SETS = ((10, 4), (6, 3))
#: More than any answer needs.
RUNS = 50
ENDLESS = (
    f"`epoch` ran the session {RUNS} times for ten images, and did not end. Read the set once, "
    "without `repeat`, and return when `run` raises OutOfRangeError."
)


def check(epoch: Callable[..., Any]) -> str:
    for count, size in SETS:
        images = np.random.default_rng(count).random((count, 784), np.float32)
        labels = np.random.default_rng(size).permutation(count)
        with sessions(RUNS, ENDLESS) as calls:
            answer = _called(epoch, images, labels, size)
        _check_batches(answer, images, labels, size)
        _check_graph(calls, len(answer), images)
    return "Correct: one run takes one batch, and whatever is fetched in it belongs together."


def _called(epoch: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return epoch(*arguments)
    except tf.errors.OutOfRangeError:
        require(
            False,
            "`epoch` raised OutOfRangeError. That is how the data end: catch it, and return the "
            "batches.",
        )


def _check_batches(
    answer: Any, images: NDArray[np.float32], labels: NDArray[np.int64], size: int
) -> None:
    require(answer is not None, "`epoch` returned None.")
    pairs = [tuple(map(np.asarray, pair)) for pair in answer]
    require(
        all(len(pair) == 2 and pair[0].ndim == pair[1].ndim == 1 for pair in pairs),
        "`epoch` must return a list of pairs: the means of a batch, and its labels, both (size,).",
    )
    sizes = [len(digits) for _, digits in pairs]
    expected = [len(labels[start : start + size]) for start in range(0, len(labels), size)]
    require(
        all(len(means) == len(digits) for means, digits in pairs) and sizes == expected,
        f"The batches have {sizes} labels and {[len(means) for means, _ in pairs]} means. Expected "
        f"{expected} of each.{_size_hint(sizes, expected)}",
    )
    means, digits = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    require(np.array_equal(digits, labels), "The labels are not in the order of the set.")
    require(
        np.allclose(means, images.mean(1), rtol=1e-4),
        f"The first mean is {means[0]:.4f}. Expected {images[0].mean():.4f}.",
    )


def _size_hint(sizes: list[int], expected: list[int]) -> str:
    if sizes == expected[1::2]:
        return " Every other batch is missing. Two runs take two batches: fetch both in one run."
    if sizes == expected[:-1]:
        return " The last batch, which is smaller, is missing."
    return ""


def _check_graph(calls: Calls, batches: int, images: NDArray[np.float32]) -> None:
    require(
        len(calls) >= batches,
        f"The session ran {len(calls)} times for {batches} batches. Read each with `Session.run`.",
    )
    graph, _ = calls[-1]
    types = [operation.type for operation in graph.get_operations()]
    require("IteratorGetNext" in types, "The graph has no iterator. Read with `tf.data`.")
    require(
        types.count("IteratorGetNext") == 1,
        f"The graph has {types.count('IteratorGetNext')} operations IteratorGetNext. Call "
        "`get_next()` once, before the loop, and run its result again and again.",
    )
    require(
        graph.as_graph_def().ByteSize() < images.nbytes,
        "The images are a constant in the graph. Pass the data set a placeholder, and feed the "
        "images to the iterator's initializer.",
    )
