"""What a report says of the settings: what was used, and what the reference decided otherwise."""

import collections
import types

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("asked", [{}, {"batch_size": 64, "steps": 4, "seed": 3}])
def test_the_settings_of_a_script_are_its_own(asked):
    from legacy_cnn.parity.used import used
    from legacy_cnn.settings import ParitySettings

    batch = types.SimpleNamespace(images=np.zeros((32, 2)))
    keep = collections.namedtuple("Tensor", "name")("keep:0")
    feeds = types.SimpleNamespace(switches={keep: (np.float32(0.7), np.float32(1))})
    names = types.SimpleNamespace(keep_prob=None)
    reference = types.SimpleNamespace(names=names, feeds=feeds)
    ground = types.SimpleNamespace(reference=reference, batches=[batch] * 4)
    expected = {"steps": 4, "batch_size": 32, "keep_prob": None}
    expected["fed"] = "keep 0.7 in training, 1.0 otherwise"
    if asked:
        expected["ignored"] = "batch_size 64"
    assert used(ground, ParitySettings(**asked), asked) == expected
