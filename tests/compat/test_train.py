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


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


READERS = ["NewCheckpointReader", "list_variables", "load_checkpoint", "load_variable"]


def test_a_checkpoint_that_is_not_there_as_in_1_15(old, in_folder):
    old.Variable(1.0)
    saver, errors, session = old.train.Saver(), old.errors, old.Session()
    with pytest.raises(errors.NotFoundError, match=r"^\./no; No such file or directory$"):
        saver.restore(session, "./no/model")
    with pytest.raises(ValueError, match=r"^The passed save_path is not a valid checkpoint: \./mo"):
        saver.restore(session, "./model")
    with pytest.raises(errors.NotFoundError, match=r"^no; No such file or directory$"):
        old.train.checkpoint_exists("no/model")
    assert not old.train.checkpoint_exists("model")
    with pytest.raises(OSError, match=r"^File no\.meta does not exist\.$"):
        old.train.import_meta_graph("no.meta")
    assert old.train.latest_checkpoint("no") is None


@pytest.mark.parametrize("name", [*READERS, "init_from_checkpoint"])
def test_readers_of_a_checkpoint_without_a_folder(old, in_folder, name):
    more = {"init_from_checkpoint": [{"a": "b"}], "load_variable": ["a"]}.get(name, [])
    said = "Unsuccessful TensorSliceReader constructor: Failed to get matching files on no/model: "
    with pytest.raises(old.errors.InvalidArgumentError, match=f"^{said}Not found: no; No such"):
        getattr(old.train, name)("no/model", *more)


def test_patterns_without_a_folder(old, in_folder):
    assert old.gfile.Glob("*.csv") == old.gfile.Glob("./*/*.csv") == []
    with pytest.raises(old.errors.NotFoundError, match=r"^data; No such file or directory$"):
        old.gfile.Glob("data/*.csv")


def test_a_checkpoint_that_is_not_there_as_in_older_releases(in_folder):
    from legacy_cnn import compat
    from legacy_cnn.compat.hook import faces

    said = "Unsuccessful TensorSliceReader constructor: Failed to"
    with compat.installed(release="1.0.1"):
        old = faces("program").imported("tensorflow")
        old.reset_default_graph()
        old.Variable(1.0)
        saver, session = old.train.Saver(), old.Session()
        with pytest.raises(old.errors.InvalidArgumentError, match=rf"^{said} get .* found: \./no$"):
            saver.restore(session, "./no/model")
        with pytest.raises(old.errors.NotFoundError, match=f"^{said} find any matching files for "):
            saver.restore(session, "./model")
