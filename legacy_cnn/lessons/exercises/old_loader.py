"""Lesson 14: the batches of the old loader, computed with NumPy only."""

from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn import input_data
from legacy_cnn.lessons.checking import require

FUNCTION = "batches"

Batches = list[list[int]]

COUNT, SIZE, STEPS = 10, 4, 5


def check(batches: Callable[[int, int, int, int], Any]) -> str:
    for seed in (1, 2):
        answer, expected = _lists(batches(COUNT, SIZE, STEPS, seed)), _expected(seed)
        _check_sizes(answer)
        _check_first_epoch(answer, expected)
        _check_second_epoch(answer, expected)
    return (
        "Correct: the set is shuffled before the first batch, and its new order is shuffled again "
        "where an epoch ends."
    )


def _expected(seed: int) -> Batches:
    images = np.zeros((COUNT, 1, 1, 1), np.uint8)
    digits = input_data.DataSet(images, np.arange(COUNT), seed=seed)
    return [digits.next_batch(SIZE)[1].tolist() for _ in range(STEPS)]


def _lists(answer: Any) -> Batches:
    require(answer is not None, "`batches` returned None.")
    return [[int(label) for label in batch] for batch in answer]


def _check_sizes(answer: Batches) -> None:
    require(len(answer) == STEPS, f"`batches` returned {len(answer)} batches. Expected {STEPS}.")
    sizes = [len(batch) for batch in answer]
    require(
        sizes == [SIZE] * STEPS,
        f"The batches have {sizes} images. Expected {SIZE} in each: the batch at the end of an "
        "epoch is filled up from the next epoch.",
    )


def _check_first_epoch(answer: Batches, expected: Batches) -> None:
    require(
        answer[0] != list(range(SIZE)),
        "The first batch is in the order of the set. Shuffle the set before the first batch.",
    )
    for number, title in enumerate(("first", "second")):
        require(
            answer[number] == expected[number],
            f"The {title} batch is {answer[number]}. Expected {expected[number]}.",
        )
    rest = expected[2][:2]
    require(
        answer[2][:2] == rest,
        f"The third batch starts with {answer[2][:2]}. Expected {rest}, the rest of the first "
        "epoch, before the set is shuffled again.",
    )


def _check_second_epoch(answer: Batches, expected: Batches) -> None:
    require(
        answer[2][2:] != answer[0][:2],
        "The second epoch starts like the first. Shuffle the set again where an epoch ends.",
    )
    require(
        answer[2] == expected[2],
        f"The second epoch starts with {answer[2][2:]}. Expected {expected[2][2:]}. Shuffle the "
        "order of the first epoch again, not 0, 1, 2 and so on.",
    )
    require(
        answer[3] == expected[3],
        f"Batch 3 is {answer[3]}. Expected {expected[3]}. It continues where batch 2 ended in the "
        "new order.",
    )
    require(answer == expected, f"The last batch is {answer[-1]}. Expected {expected[-1]}.")
