"""The batches of the old loader, by NumPy alone."""

import numpy as np

from legacy_cnn import input_data
from legacy_cnn.lessons.checking import require

ASKED_FOR = "batches"

COUNT, SIZE, STEPS = 10, 4, 5


def check(batches):
    for seed in (1, 2):
        _compare(_lists(batches(COUNT, SIZE, STEPS, seed)), _expected(COUNT, SIZE, STEPS, seed))
    return (
        "Right: shuffled before the first batch, and what was shuffled is shuffled again where an "
        "epoch ends."
    )


def _expected(count, size, steps, seed):
    images = np.zeros((count, 1, 1, 1), np.uint8)
    digits = input_data.DataSet(images, np.arange(count), seed=seed)
    return [digits.next_batch(size)[1].tolist() for _ in range(steps)]


def _lists(found):
    require(found is not None, "Nothing came back.")
    return [[int(each) for each in batch] for batch in found]


def _compare(found, expected):
    require(len(found) == len(expected), f"{len(found)} batches came back, not {len(expected)}.")
    sizes = [len(batch) for batch in found]
    require(
        sizes == [SIZE] * STEPS,
        f"The batches have {sizes} images: the one at an epoch's end is filled up from the next "
        f"epoch, so that all have {SIZE}.",
    )
    require(
        found[0] != list(range(SIZE)), "The first batch is in order; the set is shuffled before it."
    )
    require(found[0] == expected[0], f"The first batch is {found[0]}, and should be {expected[0]}.")
    require(found[1] == expected[1], f"The second is {found[1]}, and should be {expected[1]}.")
    joined, rest = found[2], expected[2][:2]
    require(
        joined[:2] == rest,
        f"The third batch begins with {joined[:2]}; it begins with what is left of the first "
        f"epoch, {rest}, before anything is shuffled again.",
    )
    require(
        joined[2:] != found[0][:2],
        "The second epoch begins as the first did; the set is shuffled again where an epoch ends.",
    )
    require(
        joined == expected[2],
        f"The second epoch begins with {joined[2:]}, and should begin with {expected[2][2:]}: what "
        "is shuffled again is the order of the first epoch, not 0, 1, 2 and so on.",
    )
    require(
        found[3] == expected[3],
        f"Batch 3 is {found[3]}, and should be {expected[3]}: it begins behind what batch 2 has "
        "taken of the new order.",
    )
    require(found == expected, f"The last batch is {found[-1]}, and should be {expected[-1]}.")
