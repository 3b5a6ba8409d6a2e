"""Slots of Keras' optimizers by their names."""

import keras
import pytest

from legacy_cnn.parity.sides.keras_side import SLOTS
from legacy_cnn.parity.updates import RULES

pytestmark = pytest.mark.tensorflow

SETTINGS = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.9, "centered": True}}


@pytest.mark.parametrize("kind", sorted({rule.optimizer for rule in RULES.values() if rule.slots}))
def test_each_slot_of_tensorflow_1_has_its_name_in_keras(kind):
    optimizer = getattr(keras.optimizers, kind)(**SETTINGS.get(kind, {}))
    optimizer.build([keras.Variable([[1.0, 2.0]], name="kernel")])
    paths = [variable.path for variable in optimizer.variables]
    slots = {slot for rule in RULES.values() if rule.optimizer == kind for slot in rule.slots}
    for slot in slots:
        assert any(path.endswith(f"kernel_{end}") for path in paths for end in SLOTS[slot]), slot
