"""Optimizers of today, and those of the ports, against what old releases computed."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from experiments.support import goldens
from golden.originals.sections import core, optimizers
from support.originals import GOLDENS, OLD, case, unexplained

pytestmark = pytest.mark.tensorflow


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(False, id="variables"),
        pytest.param(True, id="resources", marks=pytest.mark.slow),
    ],
)
def today(request):
    """What today's TensorFlow computes, with each kind of variables."""
    section = DenseAndSparse if request.param else optimizers
    return request.param, core.observed(section, tf, resource=request.param)


class DenseAndSparse:
    """The cases whose operations are others with resource variables."""

    @staticmethod
    def cases(tf):
        return [row for row in optimizers.cases(tf) if row[0].endswith((", dense", ", sparse"))]


@pytest.mark.parametrize("release", GOLDENS)
def test_optimizers(today, release):
    resource, seen = today
    assert len(seen) > (30 if resource else 50)

    def compared(each):  # the operations of resource variables have other names
        return not resource or (each.case in seen and each.quantity != "apply")

    assert not unexplained("optimizers", release, seen, compared)


INPUTS = core.Inputs()
WEIGHTS = INPUTS.normal("weights", 3, 2).astype(np.float64)
GRADIENTS = [
    INPUTS.normal(f"gradient {step}", 3, 2).astype(np.float64)
    for step in range(1, optimizers.STEPS + 1)
]
RATE, L1, L2 = 0.1, 0.05, 0.1


def adadelta(old):
    """Old: the average of squared updates is that of after the update."""
    weights, squares, updates = WEIGHTS, 0.0, 0.0
    for gradient in GRADIENTS:
        squares = 0.9 * squares + 0.1 * gradient**2
        scaled = gradient / np.sqrt(squares + 0.1)
        before, updates = updates, 0.9 * updates + 0.1 * (updates + 0.1) * scaled**2
        weights = weights - RATE * np.sqrt((updates if old else before) + 0.1) * scaled
    return weights


def proximal(old):
    """Old: the sign is lost."""
    weights = WEIGHTS
    for gradient in GRADIENTS:
        moved = weights - RATE * gradient
        weights = np.maximum(np.abs(moved) - RATE * L1, 0) / (1 + RATE * L2)
        weights = weights if old else weights * np.sign(moved)
    return weights


def shrinkage(old):
    """Old: what is added to the accumulator has the shrinkage of the weights after the step."""
    weights, squares, linear = WEIGHTS, 0.1, 0.0
    for gradient in GRADIENTS:
        shrunk = gradient + 2 * 0.1 * weights
        after = squares + (shrunk if old else gradient) ** 2
        linear = linear + shrunk - (np.sqrt(after) - np.sqrt(squares)) / RATE * weights
        weights = -linear * RATE / np.sqrt(after)
        squares = squares + (gradient + 2 * 0.1 * weights) ** 2 if old else after
    return weights


@pytest.mark.parametrize(
    ("name", "oracle", "last"),
    [
        ("Adadelta, epsilon 0.1, dense", adadelta, "1.4.0"),
        ("ProximalGradientDescent, dense", proximal, "1.0.1"),
        ("Ftrl, shrinkage, dense", shrinkage, "1.4.0"),
    ],
)
def test_the_reason_of_a_difference_is_a_formula(name, oracle, last):
    for release in GOLDENS:
        golden = GOLDENS[release]["optimizers"][name]
        if "lacking" not in golden:
            old = goldens.version(release) <= goldens.version(last)
            expected, noise = (
                np.reshape(golden["w after 3"][key], (3, 2)) for key in ("values", "noise")
            )
            ratio, _ = goldens.ratio(expected, oracle(old), noise)
            assert ratio < goldens.BOUND
            assert goldens.ratio(expected, oracle(not old), noise)[0] > 1000


@pytest.mark.parametrize(("name", "scale"), [("dense", 1), ("small gradients", 1e-6)])
@pytest.mark.parametrize("release", OLD)
def test_the_ports_adam_is_that_of_tensorflow_1(release, name, scale):
    variable = keras.Variable(INPUTS.normal("weights", 3, 2))
    adam = keras.optimizers.Adam(0.001, epsilon=1e-8)  # as in legacy_cnn/ports
    for step in range(1, optimizers.STEPS + 1):
        adam.apply([INPUTS.normal(f"gradient {step}", 3, 2) * np.float32(scale)], [variable])
    golden = GOLDENS[release]["optimizers"][f"Adam, {name}"]
    _, _, first, second = adam.variables
    for name, value in (("w", variable), ("w/Adam", first), ("w/Adam_1", second)):
        expected = golden[f"{name} after {optimizers.STEPS}"]
        seen = core.samples(value.numpy())
        ratio, _ = goldens.ratio(*map(np.array, (expected["values"], seen, expected["noise"])))
        assert ratio < goldens.BOUND


def test_slots_are_named_as_they_were():
    for release in OLD:
        names = {name: case(release, "optimizers", f"{name}, dense") for name in ("Adam", "Ftrl")}
        assert {"w/Adam before", "beta1_power before"} <= set(names["Adam"])
        assert {"w/Ftrl before", "w/Ftrl_1 before"} <= set(names["Ftrl"])
