"""Slots of Keras' optimizers by their names."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from legacy_cnn.parity import slots
from legacy_cnn.parity.groups import single
from legacy_cnn.parity.layouts import SAME_LAYOUT
from legacy_cnn.parity.updates import RULES
from legacy_cnn.weights.optimizers import KERAS

pytestmark = pytest.mark.tensorflow

SETTINGS = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.9, "centered": True}}


@pytest.mark.parametrize("kind", sorted({rule.optimizer for rule in RULES.values() if rule.slots}))
def test_each_slot_of_tensorflow_1_has_its_name_in_keras(kind):
    optimizer = getattr(keras.optimizers, kind)(**SETTINGS.get(kind, {}))
    optimizer.build([keras.Variable([[1.0, 2.0]], name="kernel")])
    paths = [variable.path for variable in optimizer.variables]
    slots = {slot for rule in RULES.values() if rule.optimizer == kind for slot in rule.slots}
    for slot in slots:
        assert any(path.endswith(f"kernel_{end}") for path in paths for end in KERAS[slot]), slot


def test_a_slot_of_one_number_is_found_by_its_name():
    """As a multiple of its accumulator, any number would do: here that of the linear slot."""
    values = {("accumulator", "b"): np.float32([0.5]), ("linear", "b"): np.float32([-2])}
    port = {"b": np.float32([0]), "acc": np.float32([0.4]), "lin": np.float32([-2])}
    ground = SimpleNamespace(
        pairs=SimpleNamespace(groups=[single("b", "b", SAME_LAYOUT)]),
        keys_of_parameters=["b"],
        reference=SimpleNamespace(named_state=lambda state: state, slots=list(values)),
        candidate=SimpleNamespace(slot_of=lambda slot, parameter, fitting: slot[:3]),
    )
    before = {key: np.zeros_like(value) for key, value in port.items()}
    found = slots.paired(ground, values, before, port)
    assert [(group.names, group.keys, group.factor) for group in found] == [
        ((("accumulator", "b"),), ("acc",), 1.0),
        ((("linear", "b"),), ("lin",), 1.0),
    ]


def test_a_slot_that_the_port_has_not_is_no_multiple_of_another():
    """RMSprop's momentum of 0, beside a momentum of another net, which is -0.01 times it."""
    values = {
        ("momentum", name): np.float32(v) for name, v in {"w": [1, 2], "b": [3], "c": [5]}.items()
    }
    port = {name: np.zeros_like(v) for (_, name), v in values.items()}
    port |= {"w mom": np.float32([-0.01, -0.02]), "b mom": np.float32([-0.03])}
    port["c square"] = np.float32([-20])
    ground = SimpleNamespace(
        pairs=SimpleNamespace(groups=[single(name, name, SAME_LAYOUT) for name in "wbc"]),
        keys_of_parameters=list("wbc"),
        reference=SimpleNamespace(named_state=lambda state: state, slots=list(values)),
        candidate=SimpleNamespace(slot_of=lambda *given: None),
    )
    before = {key: np.zeros_like(value) for key, value in port.items()}
    found = slots.paired(ground, values, before, port)
    assert [(group.names[0][1], group.keys[0]) for group in found] == [
        ("w", "w mom"),
        ("b", "b mom"),
    ]


def test_moving_variances_that_hardly_differ_are_told_apart():
    """Those of small features all move towards 0: here 1e-4 of their move is their own."""
    generator = np.random.default_rng(0)
    moves = {name: -0.1 + 1e-5 * generator.random(16) for name in "abcd"}
    after = {name: np.float32(1 + move) for name, move in moves.items()}
    before = {name: np.ones(16, np.float32) for name in moves}
    ground = SimpleNamespace(
        keys_of_parameters=[], slots=[], reference=SimpleNamespace(moving=list("dbca"))
    )
    found = slots.moving(ground, (before, after), before, after)
    assert [(group.names[0][1], group.keys[0]) for group in found] == [(n, n) for n in "dbca"]
