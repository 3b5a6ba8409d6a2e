"""Checkpoints that are damaged, of another program, or that the disk has no room for."""

import functools
import hashlib
import json
import os
import resource
import shutil

import numpy as np
import pytest
import tensorflow as tf

from legacy_cnn.errors import RunError
from legacy_cnn.training import checkpoints, open_run, train
from legacy_cnn.training.checkpoints import Checkpoints, newest_first
from legacy_cnn.vocabulary import PARAMETERS
from support import warm

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def finished(small_set, tmp_path_factory):
    """Two epochs of 8 steps, a checkpoint after every fourth."""
    run = tmp_path_factory.mktemp("finished") / "run"
    given = {"batch_size": 32, "validation_size": 0, "epochs": 2, "checkpoint_every": 4}
    return run, train(run, **{**given, "data_dir": str(small_set)})


@pytest.fixture
def run(finished, tmp_path):
    """A copy of the finished run, to be damaged."""
    shutil.copytree(finished[0], tmp_path / "run")
    return tmp_path / "run"


def checkpoint(run, step):
    return run / "checkpoints" / f"step-{step:06}"


def test_the_newest_three_are_kept_under_the_vocabulary(run):
    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == [
        "checkpoint", "step-000008", "step-000012", "step-000016",
    ]  # fmt: skip
    prefix = tf.train.latest_checkpoint(str(run / "checkpoints"))
    assert prefix == str(checkpoint(run, 16) / "model")
    names = {name for name, _ in tf.train.list_variables(prefix)}
    slots = {f"{name}/{slot}" for name in PARAMETERS for slot in ("Adam", "Adam_1")}
    assert names == {*PARAMETERS, *slots, "beta1_power", "beta2_power"}


def test_a_million_steps_come_after_fewer(tmp_path):
    for step in (1_000_000, 999_999, 20):
        (tmp_path / f"step-{step:06}").mkdir()
    names = [path.name for path in newest_first(tmp_path)]
    assert names == ["step-1000000", "step-999999", "step-000020"]


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def remove(path):
    path.unlink()


FILES = ("model.index", "model.data-00000-of-00001", "progress.json")
HARMS = (cut, flip, remove)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("name", "harm"), [(FILES[at], HARMS[at - turn]) for turn in range(3) for at in range(3)]
)
def test_a_damaged_checkpoint_is_passed_over(finished, run, name, harm):
    harm(checkpoint(run, 16) / name)
    said = []
    results = train(run_dir=run, resume=True, warn=said.append)
    assert any("step-000016 is damaged" in sentence for sentence in said)
    assert "Resuming after step 12." in said
    assert results.weights_sha256 == finished[1].weights_sha256
    said.clear()
    train(run_dir=run, resume=True, warn=said.append)
    assert "Resuming after step 16." in said  # the damaged one was replaced


def test_a_damaged_checkpoint_is_said_in_python_too(run):
    cut(checkpoint(run, 16) / "model.index")
    with pytest.warns(UserWarning, match="step-000016 is damaged"), open_run(run):
        pass


#: Names that the program never gives to a checkpoint, nor to what it has not finished.
OTHERS = (
    "step-000016 (copy)", "step-000016.bak", "step-best", "step-85", "step-0000099",
    ".step-000016.old.tmp", "mine",
)  # fmt: skip


def test_what_others_have_put_there_is_left_alone(run):
    for name in OTHERS:
        shutil.copytree(checkpoint(run, 8), run / "checkpoints" / name)
    shutil.copytree(checkpoint(run, 8), checkpoint(run, 99))
    checkpoint(run, 24).write_text("a list")
    os.symlink("step-000020", checkpoint(run, 20))
    said = []
    train(run, resume=True, epochs=3, warn=said.append)
    assert "Resuming after step 16." in said
    assert any("step-000099 is damaged (it is a copy of step-000008)" in text for text in said)
    for name in OTHERS:
        assert (run / "checkpoints" / name / "progress.json").exists()
    (kept,) = (run / "checkpoints").glob("step-000024.*.kept")
    assert kept.read_text() == "a list"
    assert any(kept.name in sentence for sentence in said)
    assert tf.train.latest_checkpoint(str(run / "checkpoints")) == str(
        checkpoint(run, 24) / "model"
    )


def test_damaged_ones_are_none_of_the_newest_three(run):
    for step in (97, 98, 99):
        checkpoint(run, step).mkdir()
    save_again(run, 16)
    said = []
    with open_run(run, warn=said.append):
        pass
    assert len(said) == 3
    assert checkpoint(run, 8).exists()


def test_when_all_are_damaged(run):
    for path in (run / "checkpoints").glob("step-*"):
        flip(path / "model.data-00000-of-00001")
    with pytest.raises(RunError, match=r"No checkpoint in .* can be read; train again"):
        train(run_dir=run, resume=True)


def sealed(run, at, /, **changes):
    """Writes other progress into a checkpoint, with the right checksum."""
    path = checkpoint(run, at) / "progress.json"
    progress = {**json.loads(path.read_text())["progress"], **changes}
    digest = hashlib.sha256(json.dumps(progress).encode()).hexdigest()
    path.write_text(json.dumps({"progress": progress, "sha256": digest}))


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "changes",
    [
        {"step": "x"}, {"step": -5}, {"step": None}, {"epochs": 3}, {"epochs": [{}]}, {"more": 1},
        {"epoch_correct": -1}, {"seconds": "now"},
    ],
)  # fmt: skip
def test_progress_that_could_not_have_been_written_is_passed_over(run, changes):
    sealed(run, 16, **changes)
    said = []
    with open_run(run, warn=said.append):
        pass
    assert "step-000016 is damaged" in said[0]


def test_progress_that_does_not_fit_its_epochs(run):
    sealed(run, 16, epochs=[])
    with pytest.raises(RunError, match="says step 16 and 0 epochs of 8 steps, which do not fit"):
        train(run_dir=run, resume=True)


def test_a_fifo_in_a_checkpoint_keeps_nobody_waiting(run):
    (checkpoint(run, 16) / "model.index").unlink()
    os.mkfifo(checkpoint(run, 16) / "model.index")
    said = []
    with open_run(run, warn=said.append):
        pass
    assert "model.index is a FIFO" in said[0]


def test_a_checkpoint_that_claims_more_than_it_has(run):
    path = checkpoint(run, 16) / "model.data-00000-of-00001"
    path.write_bytes(path.read_bytes()[:1000])
    said = []
    with open_run(run, warn=said.append):
        pass
    assert "more than its files can hold" in said[0]


def test_a_config_that_does_not_fit_the_data(run):
    config = json.loads((run / "config.json").read_text())
    config["settings"]["batch_size"] = 10**9
    (run / "config.json").write_text(json.dumps(config))
    with pytest.raises(RunError, match="cannot be resumed: batch_size 1000000000 is above the"):
        train(run_dir=run, resume=True)


def test_a_checkpoint_of_another_model(run):
    prefix = str(checkpoint(run, 16) / "model")
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        other = tf.compat.v1.Variable(np.zeros((3, 3, 1, 8), np.float32))
        session.run(other.initializer)
        tf.compat.v1.train.Saver({"W_conv1": other}).save(session, prefix, write_meta_graph=False)
    with pytest.raises(
        RunError, match=r"of another program: W_conv1 is \[3, 3, 1, 8\], expected \[5"
    ):
        train(run_dir=run, resume=True)


@pytest.mark.slow
def test_what_a_killed_writer_left_is_cleared_away(run):
    (run / "checkpoints" / ".step-000016.0123456789ab.tmp").mkdir()
    train(run, resume=True, epochs=3)
    assert not list((run / "checkpoints").glob(".*"))


class Killed(BaseException):
    pass


def save_again(run, step):
    """Writes the newest checkpoint once more, with the same progress."""
    with open_run(run, warn=lambda sentence: None) as (program, _):
        sealed = json.loads((checkpoint(run, step) / "progress.json").read_text())
        Checkpoints(run / "checkpoints").save(program, sealed["progress"])


def test_killed_while_the_old_checkpoint_of_a_step_is_deleted(run, monkeypatch):
    def killed_in_the_middle(path, ignore_errors):
        (path / "progress.json").unlink(missing_ok=True)
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(shutil, "rmtree", killed_in_the_middle)
        save_again(run, 16)
    said = []
    train(run, resume=True, warn=said.append)
    assert "Resuming after step 16." in said
    save_again(run, 16)
    assert not list((run / "checkpoints").glob(".*"))


@pytest.mark.slow
def test_a_checkpoint_that_cannot_be_put_in_place_leaves_the_old_one(run, monkeypatch):
    rename, failures = os.rename, [OSError(5, "Input/output error")]

    def fails_once(old, new):
        if new == checkpoint(run, 16) and failures:
            raise failures.pop()
        rename(old, new)

    with monkeypatch.context() as patched, pytest.raises(OSError, match="Input/output"):
        patched.setattr(os, "rename", fails_once)
        save_again(run, 16)
    said = []
    train(run, resume=True, warn=said.append)
    assert "Resuming after step 16." in said
    assert not list((run / "checkpoints").glob(".*"))


def test_damage_without_a_message(run, monkeypatch):
    def fails(path):
        raise ValueError

    monkeypatch.setattr(tf.train, "load_checkpoint", fails)
    with (
        pytest.raises(RunError, match=r"No checkpoint in .*step-000016 is damaged \(ValueError\)"),
        open_run(run),
    ):
        pass


@pytest.mark.slow
def test_a_run_without_a_checkpoint_begins_again(finished, run):
    shutil.rmtree(run / "checkpoints")
    with pytest.raises(RunError, match="has no checkpoint yet"), open_run(run):
        pass
    said = []
    resumed = train(run_dir=run, resume=True, warn=said.append)
    assert resumed.weights_sha256 == finished[1].weights_sha256
    assert "There is no checkpoint: starting at step 0." in said


@pytest.mark.parametrize(
    ("earlier", "advice"),
    [
        (True, "earlier ones are kept: make room and resume the run"),
        (False, "there is no earlier one: make room and resume the run, which begins again"),
    ],
)
def test_what_a_full_disk_leaves(earlier, advice, tmp_path, monkeypatch):
    def fails(program, directory):
        raise tf.errors.UnknownError(
            None,
            None,
            "{{function_node __wrapped__SaveV2}} /a/model.tempstate1; No room [Op:SaveV2]",
        )

    monkeypatch.setattr(checkpoints, "_write_state", fails)
    if earlier:
        (tmp_path / "step-000001").mkdir()
    with pytest.raises(OSError, match="could not be written") as caught:
        Checkpoints(tmp_path).save(None, {"step": 2})
    reason = f"the checkpoint could not be written (No room); {advice}"
    assert (caught.value.filename, caught.value.strerror) == (str(tmp_path), reason)


def test_what_is_no_file_in_the_place_of_the_pointer_stays(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "checkpoint")
    monkeypatch.setattr(checkpoints, "_write", lambda *arguments: None)
    Checkpoints(tmp_path).save(None, {"step": 2})
    assert (tmp_path / "checkpoint").is_fifo() and (tmp_path / "step-000002").is_dir()


def test_what_cannot_be_written_for_another_reason(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"earlier one: mend that and resume the run, which begins"):
        Checkpoints(tmp_path / "file" / "checkpoints").save(None, {"step": 2})


def test_a_full_disk(finished, run):
    """A limit on the size of files stands for a disk without room: writes fail the same way."""
    before = json.loads((run / "results.json").read_text())
    shutil.rmtree(checkpoint(run, 16))
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
    failed = warm.command("train", "--run-dir", run, "--resume", before=limit)
    assert failed.returncode == 1
    sentence = failed.stderr.splitlines()[-1]
    assert sentence == (
        f"legacy-cnn: {run}/checkpoints: the checkpoint could not be written (File too large); "
        "earlier ones are kept: make room and resume the run."
    )
    assert "Traceback" not in failed.stderr
    assert not list((run / "checkpoints").glob(".*"))
    assert json.loads((run / "results.json").read_text()) == before
    results = train(run_dir=run, resume=True)
    assert results.weights_sha256 == finished[1].weights_sha256
