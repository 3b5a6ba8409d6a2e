"""A golden that was never seen failing proves nothing: rows broken once, and each is caught."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from experiments.support import goldens
from golden.originals.sections import arithmetic, cells, core, initializers, losses, optimizers
from support.originals import GOLDENS, OLD, TODAY, unexplained

pytestmark = pytest.mark.tensorflow

SECTIONS = {
    "arithmetic": arithmetic,
    "initializers": initializers,
    "losses": losses,
    "optimizers": optimizers,
}


class Broken:
    """TensorFlow with other functions at some paths."""

    def __init__(self, whole, others):
        self._whole, self._others = whole, others

    def __getattr__(self, name):
        if name in self._others:
            return self._others[name]
        below = {
            path.partition(".")[2]: other
            for path, other in self._others.items()
            if path.partition(".")[0] == name
        }
        inner = getattr(self._whole, name)
        return Broken(inner, below) if below else inner


def replaced(function, **others):
    """A function that takes some arguments as they are here, whatever it is given."""

    def other(*given, **named):
        return function(*given, **{**named, **others})

    other.__wrapped__ = function  # whose defaults it has
    return other


def each_alone(parts, limit):
    norms = tf.global_norm(parts)
    return [None if part is None else tf.clip_by_norm(part, limit) for part in parts], norms


def swapped(labels, logits):
    return tf.nn.softmax_cross_entropy_with_logits(labels=logits, logits=labels)


def of_rate(x, keep_prob, **others):
    return tf.nn.dropout(x, 1 - keep_prob, **others)


TRAIN = tf.train
BREAKS = {
    "Adam's epsilon": (
        "optimizers", "Adam, small gradients",
        {"train.AdamOptimizer": replaced(TRAIN.AdamOptimizer, epsilon=1e-7)},
    ),
    "Adam's second decay": (
        "optimizers", "Adam, dense",
        {"train.AdamOptimizer": replaced(TRAIN.AdamOptimizer, beta2=0.9991)},
    ),
    "Adagrad's first value": (
        "optimizers", "Adagrad, dense",
        {
            "train.AdagradOptimizer": replaced(
                TRAIN.AdagradOptimizer, initial_accumulator_value=0.11
            )
        },
    ),
    "Momentum for Nesterov": (
        "optimizers", "Nesterov, dense",
        {"train.MomentumOptimizer": replaced(TRAIN.MomentumOptimizer, use_nesterov=False)},
    ),
    "RMSProp not centered": (
        "optimizers", "RMSProp, centered, dense",
        {"train.RMSPropOptimizer": replaced(TRAIN.RMSPropOptimizer, centered=False)},
    ),
    "a decay without its stairs": (
        "arithmetic", "exponential_decay, staircase",
        {"train.exponential_decay": replaced(TRAIN.exponential_decay, staircase=False)},
    ),
    "clipped one by one": ("arithmetic", "clipping", {"clip_by_global_norm": each_alone}),
    "labels and logits swapped": (
        "arithmetic", "nn_softmax",
        {"nn.softmax_cross_entropy_with_logits": swapped},
    ),
    "drop rate for keep probability": (
        "arithmetic", "dropout, keep_prob 0.8", {"nn.dropout": of_rate},
    ),
    "no label smoothing": (
        "losses", "sigmoid_cross_entropy",
        {
            "losses.sigmoid_cross_entropy": replaced(
                tf.losses.sigmoid_cross_entropy, label_smoothing=0
            )
        },
    ),
    "a loss summed over the batch": (
        "losses", "mean_squared_error",
        {
            "losses.mean_squared_error": replaced(
                tf.losses.mean_squared_error, reduction=tf.losses.Reduction.SUM
            )
        },
    ),
    "another seed": (
        "initializers", "glorot_uniform_initializer()",
        {"glorot_uniform_initializer": replaced(tf.glorot_uniform_initializer, seed=4)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_caught(name):
    section, case, others = BREAKS[name]
    run = dict(SECTIONS[section].cases(tf))[case]

    def found(namespace):
        values = core.run(run, namespace, core.Inputs())
        seen = {case: {key: core.shown(value, []) for key, value in values.items()}}
        recorded = [release for release in GOLDENS if case in GOLDENS[release][section]]
        recorded = [each for each in recorded if "lacking" not in GOLDENS[each][section][case]]
        return {
            release: [each for each in unexplained(section, release, seen) if each.case == case]
            for release in recorded
        }

    sound, broken = found(tf), found(Broken(tf, others))
    assert len(sound) >= 3 and not any(sound.values())
    assert all(broken.values())


def lstm(order, forget_bias=1.0):
    """The outputs of BasicLSTMCell with the gates in an order."""
    inputs = core.Inputs()
    kernel = inputs.normal("trainable 0", cells.SIZE + cells.UNITS, 4 * cells.UNITS)
    bias = inputs.normal("trainable 1", 4 * cells.UNITS)
    x = inputs.normal("x", cells.BATCH, cells.TIME, cells.SIZE)
    c = h = np.zeros((cells.BATCH, cells.UNITS))
    outputs = []
    for step in range(cells.TIME):
        parts = np.split(np.hstack([x[:, step], h]) @ kernel.astype(float) + bias, 4, axis=1)
        gate = dict(zip(order, parts, strict=True))
        c = c * sigmoid(gate["f"] + forget_bias) + sigmoid(gate["i"]) * np.tanh(gate["j"])
        h = np.tanh(c) * sigmoid(gate["o"])
        outputs.append(h)
    return np.stack(outputs, axis=1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("release", OLD)
def test_the_order_of_gates(release):
    golden = GOLDENS[release]["cells"]["BasicLSTMCell"]["outputs"]

    def ratio(outputs):
        seen = core.samples(outputs)
        return goldens.ratio(*map(np.array, (golden["values"], seen, golden["noise"])))[0]

    assert ratio(lstm("ijfo")) < goldens.BOUND
    assert ratio(lstm("ifjo")) > 1000 and ratio(lstm("ijfo", forget_bias=0.0)) > 1000


def test_a_case_that_raises_today_is_not_left_out():
    section, seen = "optimizers", {"Adam, dense": {"lacking": "TypeError"}}
    with pytest.raises(AssertionError, match="Adam, dense"):
        unexplained(section, TODAY, seen)
