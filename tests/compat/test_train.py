"""`tensorflow.train`: what 0.x had."""

import pytest

pytestmark = pytest.mark.tensorflow


def test_renamed(old):
    assert old.train.SummaryWriter is old.summary.FileWriter
    assert old.train.SummaryWriterCache is old.summary.FileWriterCache
    assert old.train.SyncReplicasOptimizerV2 is old.train.SyncReplicasOptimizer
