"""Dropout noise that depends on nothing but a seed and a step."""

import random

import numpy as np
import tensorflow as tf

from legacy_cnn.lessons.checking import require
from legacy_cnn.vocabulary import DROPOUT_UNITS

ASKED_FOR = "noise"

#: Seeds and steps that are asked for, each with each.
NUMBERS = range(4)

#: What a seed may have been multiplied by to be added to a step.
FACTORS = (10, 100, 128, 429, 1000, 1024, 4290, 10_000, 100_000, 10**6)


def check(noise):
    kept = np.random.get_state()
    try:
        _array(noise(1, 2, 16))
        _repeats(noise)
        _leaves_the_others_alone(noise)
        _differ({(seed, step): _of(noise, seed, step) for seed in NUMBERS for step in NUMBERS})
        for step in FACTORS:
            _differ({pair: _of(noise, *pair) for pair in ((1, 0), (0, step))})
    finally:
        np.random.set_state(kept)
    return (
        "Right: the noise of step 1,000 can be had without the 999 before it, and nobody else's "
        "draws move it."
    )


def _of(noise, seed, step, count=16):
    return np.array(noise(seed, step, count))


def _array(found):
    require(found is not None, "Nothing came back.")
    found = np.asarray(found)
    require(
        found.shape == (16, DROPOUT_UNITS),
        f"For 16 images an array of {found.shape} came back; one number for each unit of each "
        f"image makes (16, {DROPOUT_UNITS}).",
    )
    require(
        found.dtype == np.float32,
        f"It is {found.dtype}; what the graph draws, and what can be fed for it, is float32.",
    )
    require(
        found.min() >= 0 and found.max() < 1,
        f"It reaches from {found.min():.2f} to {found.max():.2f}: the dropout's noise is uniform "
        "in [0, 1), not normal, and no mask.",
    )
    mean, spread = found.mean(dtype=np.float64), found.std(dtype=np.float64)
    require(
        abs(mean - 1 / 2) < 0.02 and abs(spread - 12**-0.5) < 0.02,
        f"Its mean is {mean:.2f} and its standard deviation {spread:.2f}; numbers that are uniform "
        "in [0, 1) have 0.50 and 0.29.",
    )
    require(
        not np.array_equal(found[0], found[1]),
        "Two images have the same noise: the same units would be dropped of every image.",
    )


def _repeats(noise):
    first = _of(noise, 1, 2)
    _of(noise, 1, 3)
    np.random.random(5)
    tf.random.uniform([5])
    require(
        np.array_equal(first, _of(noise, 1, 2)),
        "noise(1, 2, 16) came out otherwise a second time: it comes from a generator that goes on "
        "from where it was, and whoever draws moves it.",
    )


def _leaves_the_others_alone(noise):
    # There is no way to put TensorFlow's own seed back; any will do for who draws at random.
    tf.random.set_seed(6)
    expected = tf.random.uniform([3]).numpy()
    tf.random.set_seed(6)
    np.random.random()  # away from where the same call may have left it
    random.random()
    before, python = np.random.get_state(), random.getstate()
    _of(noise, 1, 2)
    after = np.random.get_state()
    require(
        python == random.getstate(),
        "The generator of Python's `random` was seeded or drawn from, which others draw from, too.",
    )
    require(
        all(map(np.array_equal, before, after)),
        "NumPy's global generator was seeded or drawn from: whoever else draws from it, as the "
        "old loader does to shuffle, goes on from there now. Make a generator of your own.",
    )
    require(
        np.array_equal(expected, tf.random.uniform([3])),
        "TensorFlow's global seed was set, or numbers were drawn from it: all that others draw "
        "later is changed.",
    )


def _differ(found):
    for number, (one, values) in enumerate(found.items()):
        for other, more in list(found.items())[:number]:
            require(
                not np.array_equal(values, more),
                f"noise{(*other, 16)} and noise{(*one, 16)} are the same.{_reason(one, other)}",
            )


def _reason(one, other):
    if one[0] == other[0]:
        return " The step makes no difference."
    if one[1] == other[1]:
        return " The seed makes no difference."
    return " Seed and step are made into one number, and other pairs make the same number."
