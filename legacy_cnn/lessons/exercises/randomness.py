"""Lesson 6: dropout noise that depends only on a seed and a step."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.lessons.checking import require
from legacy_cnn.vocabulary import DROPOUT_UNITS

FUNCTION = "noise"

Noise = Callable[[int, int, int], Any]

#: The seeds and the steps to compare; each seed is combined with each step.
NUMBERS = range(4)

#: Factors that an answer may multiply a seed by, before it adds the step.
FACTORS = (10, 100, 128, 429, 1000, 1024, 4290, 10_000, 100_000, 10**6)


def check(noise: Noise) -> str:
    state = np.random.get_state()
    try:
        _check_array(noise(1, 2, 16))
        _check_repeatable(noise)
        _check_global_generators(noise)
        _check_distinct(noise, [(seed, step) for seed in NUMBERS for step in NUMBERS])
        for factor in FACTORS:
            _check_distinct(noise, [(1, 0), (0, factor)])
    finally:
        np.random.set_state(state)
    return (
        "Correct: you can compute the noise of step 1,000 without the 999 steps before it, and "
        "other random draws do not change it."
    )


def _array(noise: Noise, seed: int, step: int) -> NDArray[Any]:
    return np.array(noise(seed, step, 16))


def _check_array(answer: Any) -> None:
    require(answer is not None, "`noise` returned None.")
    values = np.asarray(answer)
    require(
        values.shape == (16, DROPOUT_UNITS),
        f"For 16 images `noise` returned the shape {values.shape}. Expected (16, {DROPOUT_UNITS}): "
        "one number for each unit of each image.",
    )
    require(
        values.dtype == np.float32,
        f"The noise is {values.dtype}. Expected float32, as the graph draws and accepts it.",
    )
    require(
        values.min() >= 0 and values.max() < 1,
        f"The noise ranges from {values.min():.2f} to {values.max():.2f}. Expected uniform numbers "
        "in [0, 1), not normal ones, and not a mask.",
    )
    mean, deviation = values.mean(dtype=np.float64), values.std(dtype=np.float64)
    require(
        abs(mean - 1 / 2) < 0.02 and abs(deviation - 12**-0.5) < 0.02,
        f"The noise has a mean of {mean:.2f} and a standard deviation of {deviation:.2f}. Uniform "
        "numbers in [0, 1) have 0.50 and 0.29.",
    )
    require(
        not np.array_equal(values[0], values[1]),
        "Two images get the same noise, so dropout would drop the same units for every image.",
    )


def _check_repeatable(noise: Noise) -> None:
    first = _array(noise, 1, 2)
    _array(noise, 1, 3)
    np.random.random(5)
    tf.random.uniform([5])
    require(
        np.array_equal(first, _array(noise, 1, 2)),
        "noise(1, 2, 16) returned other numbers in a second call. They come from a generator that "
        "keeps its state between calls, so every other draw changes them.",
    )


def _check_global_generators(noise: Noise) -> None:
    # TensorFlow's own seed cannot be restored. Any value does, as users of it expect random draws.
    tf.random.set_seed(6)
    expected = tf.random.uniform([3]).numpy()
    tf.random.set_seed(6)
    np.random.random()  # the state differs from the one that an earlier call may have set
    random.random()
    numpy_state, python_state = np.random.get_state(), random.getstate()
    _array(noise, 1, 2)
    require(
        python_state == random.getstate(),
        "`noise` seeds, or draws from, the generator of Python's `random`, which other code uses, "
        "too. Create your own generator.",
    )
    require(
        all(map(np.array_equal, numpy_state, np.random.get_state())),
        "`noise` seeds, or draws from, NumPy's global generator. This changes the numbers of all "
        "other code that uses it, such as the old loader, which shuffles with it. Create your own "
        "generator.",
    )
    require(
        np.array_equal(expected, tf.random.uniform([3])),
        "`noise` sets TensorFlow's global seed, or draws from it. This changes the numbers of all "
        "later draws.",
    )


def _check_distinct(noise: Noise, pairs: list[tuple[int, int]]) -> None:
    """Checks that no two pairs of a seed and a step give the same noise."""
    arrays = [_array(noise, *pair) for pair in pairs]
    for number, (pair, values) in enumerate(zip(pairs, arrays, strict=True)):
        for other, others in zip(pairs[:number], arrays[:number], strict=True):
            require(
                not np.array_equal(values, others),
                f"noise{(*other, 16)} and noise{(*pair, 16)} return the same numbers."
                f"{_hint(pair, other)}",
            )


def _hint(numbers: tuple[int, int], other: tuple[int, int]) -> str:
    if numbers[0] == other[0]:
        return " The step has no effect."
    if numbers[1] == other[1]:
        return " The seed has no effect."
    return " The answer combines seed and step in one number, and other pairs give the same number."
