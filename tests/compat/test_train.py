"""`tensorflow.train`: what 0.x had."""

import pytest

pytestmark = pytest.mark.tensorflow


def test_renamed(old):
    assert old.train.SummaryWriter is old.summary.FileWriter
    assert old.train.SummaryWriterCache is old.summary.FileWriterCache
    assert old.train.SyncReplicasOptimizerV2 is old.train.SyncReplicasOptimizer


def test_a_local_server_is_called_so(old):
    server = old.train.Server.create_local_server(start=False)
    assert isinstance(server, old.train.Server)
    assert (server.server_def.job_name, server.server_def.task_index) == ("local", 0)
