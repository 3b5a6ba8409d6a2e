"""A run that was stopped, killed or finished, and goes on."""

import functools
import json
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from conftest import OPTIONS, STEPS, StopAfter, without_times, write_set
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.threads import available_cores
from legacy_cnn.training import Interrupted, train
from support import warm

pytestmark = pytest.mark.tensorflow


def test_stopped_and_resumed_is_never_interrupted(whole, settings, tmp_path, capsys):
    """At an epoch's last step, in the middle of one, and right after resuming."""
    run = tmp_path / "run"
    for number, steps in enumerate((STEPS, 5, 1)):
        with pytest.raises(
            Interrupted, match=r"Stopped after step \d+; the state of the run is saved\."
        ) as caught:
            train(run, resume=bool(number), stop=StopAfter(steps), **{} if number else settings)
        assert caught.value.run_dir == run
    assert json.loads((run / "results.json").read_text())["status"] == "interrupted"
    capsys.readouterr()
    results = train(run_dir=run, resume=True)
    assert without_times(results) == without_times(whole)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" loss")[0] for line in lines[:2]] == [
        f"Epoch {number} completed out of 2" for number in range(2)
    ]


def test_killed_and_resumed_is_never_interrupted(whole, small_set, tmp_path):
    """kill -9 at whatever moment it comes, twice; the second time in a resumed run."""
    run = tmp_path / "run"
    begin = ["train", *OPTIONS, "--data-dir", small_set, "--run-dir", run]
    resume = ["train", "--run-dir", run, "--resume"]
    kill_after(begin, run / "checkpoints" / "step-000007")
    kill_after(resume, run / "checkpoints" / "step-000014")
    done = warm.command(*resume)
    assert done.returncode == 0, done.stderr
    results = json.loads((run / "results.json").read_text())
    assert without_times(results) == without_times(whole)
    assert done.stdout.splitlines()[-1] == f"Accuracy: {whole.accuracy}"


def kill_after(arguments, path):
    with warm.Process(*arguments) as process:
        wait_for(path, process)
        process.kill()
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL


def wait_for(path, process):
    deadline = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None and time.monotonic() < deadline, "it ended too early"
        time.sleep(0.002)


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_a_signal_saves_and_says_how_to_go_on(whole, small_set, tmp_path, number):
    run = tmp_path / "run"
    begin = ["train", *OPTIONS, "--data-dir", small_set, "--run-dir", run]
    # Whoever runs the tests under nohup has it ignored.
    heard = functools.partial(signal.signal, signal.SIGHUP, signal.SIG_DFL)
    with warm.Process(*begin, before=heard) as process:
        wait_for(run / "checkpoints" / "step-000007", process)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == 128 + number
    step = int(re.search(r"Stopped after step (\d+); the state of the run is saved\.", stderr)[1])
    assert stderr.endswith(f"Resume it with: legacy-cnn train --run-dir {run} --resume\n")
    assert (run / "checkpoints" / f"step-{step:06}").is_dir()
    results = train(run_dir=run, resume=True)
    assert results.weights_sha256 == whole.weights_sha256


@pytest.mark.slow
def test_more_epochs_of_a_finished_run(settings, whole, tmp_path):
    run = tmp_path / "run"
    train(run, **{**settings, "epochs": 1})
    results = train(run, resume=True, epochs=2)
    assert results.weights_sha256 == whole.weights_sha256
    again = train(run_dir=run, resume=True)
    assert without_times(again) == without_times(results)
    assert again.seconds == results.seconds  # those of the run, not of reading it again
    with pytest.raises(
        UsageError, match=r"^epochs must be at least 2, not 1, because .* begun 2\."
    ):
        train(run, resume=True, epochs=1)


def test_ctrl_c_in_python_saves_the_step(settings, tmp_path):
    run = tmp_path / "run"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what starts the tests may ignore it

    def press(done):
        if done.step == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match=r"Stopped after step 3; the state .* is saved"):
        train(run, on_step=press, **settings)
    assert json.loads((run / "results.json").read_text())["step"] == 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.slow
def test_more_epochs_are_remembered(settings, tmp_path):
    run = tmp_path / "run"
    train(run, **{**settings, "epochs": 1})
    with pytest.raises(Interrupted):
        train(run, resume=True, stop=StopAfter(1), epochs=3)
    assert len(train(run_dir=run, resume=True).epochs) == 3


def test_fewer_epochs_than_a_stopped_run_has_begun(settings, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(17), **settings)  # in the second epoch of 16 steps
    before = (run / "config.json").read_bytes(), (run / "results.json").read_bytes()
    with pytest.raises(
        UsageError, match=r"^epochs must be at least 2, not 1, because .* begun 2\."
    ):
        train(run, resume=True, epochs=1)
    assert before == ((run / "config.json").read_bytes(), (run / "results.json").read_bytes())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"batch_size": 32},
            r"^batch_size 32 differs from the 16 that .*only epochs may change",
        ),
        ({"seed": 9}, "^seed 9 differs"),
    ],
)
def test_a_resumed_run_keeps_its_settings(settings, tmp_path, given, message):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(1), **settings)
    with pytest.raises(UsageError, match=message):
        train(run, resume=True, **given)


def test_settings_that_are_written_alike_are_equal(settings, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(1), **settings)
    given = {"data_dir": Path(settings["data_dir"]), "keep_prob": 0.8, "learning_rate": 0.001}
    with pytest.raises(Interrupted):
        train(run, resume=True, stop=StopAfter(1), **given)


@pytest.mark.parametrize("resume", [False, True])
def test_a_setting_that_there_is_not(settings, tmp_path, resume):
    run = tmp_path / "run"
    if resume:
        with pytest.raises(Interrupted):
            train(run, stop=StopAfter(1), **settings)
    with pytest.raises(UsageError, match=r"^Unknown setting 'flavour'\.$"):
        train(run, resume=resume, flavour=1)
    assert run.exists() == resume


def test_a_resumed_run_keeps_its_data(settings, files, tmp_path):
    data = write_set(
        tmp_path / "data", files.train_images[:64], files.train_labels[:64],
        files.test_images[:20], files.test_labels[:20],
    )  # fmt: skip
    with pytest.raises(Interrupted):
        train(tmp_path / "run", stop=StopAfter(1), **{**settings, "data_dir": str(data)})
    write_set(
        data, files.train_images[64:128], files.train_labels[64:128],
        files.test_images[:20], files.test_labels[:20],
    )  # fmt: skip
    with pytest.raises(RunError, match="The data differ from those"):
        train(run_dir=tmp_path / "run", resume=True)


def test_another_version_or_machine_is_pointed_out(settings, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(1), **settings)
    config = json.loads((run / "config.json").read_text())
    config["versions"]["tensorflow"] = "1.15.5"
    (run / "config.json").write_text(json.dumps(config))
    said = []
    with pytest.raises(Interrupted):
        train(run_dir=run, resume=True, stop=StopAfter(1), warn=said.append)
    assert any(
        "started with tensorflow 1.15.5 and goes on with tensorflow 2." in sentence
        for sentence in said
    )


def test_threads_that_the_process_does_not_have_are_pointed_out(settings, tmp_path):
    said, threads = [], 2 * available_cores()
    with pytest.raises(Interrupted):
        train(tmp_path / "run", stop=StopAfter(1), warn=said.append, threads=threads, **settings)
    assert any(f"threads is {threads}, but TensorFlow has started with" in one for one in said)


def test_resuming_what_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"contains no run: it has no config\.json"):
        train(run_dir=tmp_path, resume=True)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(RunError, match=r"config\.json: not JSON: Expecting property name .*"):
        train(run_dir=tmp_path, resume=True)


@pytest.mark.parametrize(
    "content",
    [
        "[]", "{}", '{"settings": []}', '{"settings": {"epochs": "ten"}}', '{"settings": {}}',
        '{"settings": {"epochs": NaN}}', '{"settings": {}, "data": 1}',
        '{"settings": {"seed": 1.5}}', '{"settings": {"data_dir": 5}}',
        '{"settings": {"flavour": 1}}', '{"settings": {}, "data": {"sha256": {}}}',
    ],
)  # fmt: skip
def test_a_config_that_is_not_one(tmp_path, content):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(RunError, match=r"config\.json is damaged: config"):
        train(run_dir=tmp_path, resume=True)


CONFIG = {"settings": {}, "data": {"sha256": {}}, "versions": {}, "machine": {}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": {"epochs": "ten"}}, "epochs must be a whole number, not 'ten'."),
        ({"settings": {"flavour": 1}}, "Unknown setting 'flavour'."),
        ({"settings": []}, "config.settings is an array, expected an object."),
        ({"data": {}}, "config.data.sha256 is missing, expected an object."),
        ({"resumed_with": 1}, "config.resumed_with is 1, expected an array."),
        (
            {"resumed_with": [{"machine": {}}]},
            "config.resumed_with[0].versions is missing, expected an object.",
        ),
    ],
)
def test_a_damaged_config_is_named_with_its_part(tmp_path, changes, message):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({**CONFIG, **changes}))
    with pytest.raises(RunError) as caught:
        train(run_dir=tmp_path, resume=True)
    assert str(caught.value) == f"{file} is damaged: {message}"


def test_the_password_of_a_mirror_is_kept_in_no_file(small_set, called, monkeypatch, tmp_path):
    address, run = "https://me:secret@127.0.0.1/mnist/", tmp_path / "run"
    words = ["train", "--run-dir", run, "--data-dir", small_set, f"--source-url={address}"]
    words += OPTIONS
    monkeypatch.setattr(sys, "argv", ["legacy-cnn", *map(str, words)])
    for done in (called(*words), called(*words, "--resume"), called(*words)):
        assert "secret" not in done.stdout + done.stderr, done
    for path in filter(Path.is_file, run.rglob("*")):
        assert b"secret" not in path.read_bytes(), path
    config = json.loads((run / "config.json").read_text())
    assert config["settings"]["source_url"] == "https://...@127.0.0.1/mnist/"
    assert "--source-url=https://...@127.0.0.1/mnist/" in config["command"]
