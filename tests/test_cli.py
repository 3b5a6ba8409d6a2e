"""The command line: what goes where, and how it ends."""

import gc
import importlib
import json
import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from conftest import arguments_of, command, write_set
from legacy_cnn import cli
from legacy_cnn.mnist import idx, sources
from legacy_cnn.tensorflow_start import import_tensorflow


def sentence(done, status=1):
    """The one line a failed command says."""
    assert done.returncode == status and done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"]])
def test_help_imports_no_tensorflow(arguments):
    code = (
        "import sys\nfrom legacy_cnn.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "assert not {'tensorflow', 'numpy', 'rich', 'requests'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)


def test_an_import_is_not_searched_for_garbage(monkeypatch):
    seen = []
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    monkeypatch.setattr(importlib, "import_module", lambda name: seen.append(gc.isenabled()))
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    assert gc.isenabled()
    import_tensorflow()
    assert seen == [False] and gc.isenabled()
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


@pytest.mark.tensorflow
def test_importing_the_package_changes_nothing():
    code = (
        "import os, sys, warnings\n"
        "before = dict(os.environ), list(warnings.filters)\n"
        "import legacy_cnn\n"
        "assert not {'tensorflow', 'numpy'} & set(sys.modules)\n"
        "assert (os.environ, warnings.filters) == before\n"
        "import tensorflow as tf\n"
        "import numpy as np\n"
        "environment = dict(os.environ)\n"  # TensorFlow and h5py set variables of their own
        "state = np.random.get_state()[1].tolist()\n"
        "level, filters = tf.get_logger().level, list(warnings.filters)\n"
        "from legacy_cnn import cli, input_data, tutorial, train, evaluate, predict, export\n"
        "assert os.environ == environment and warnings.filters == filters\n"
        "assert tf.executing_eagerly() and tf.get_logger().level == level\n"
        "assert np.random.get_state()[1].tolist() == state\n"
        "assert tf.compat.v1.get_seed(None) == (None, None)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.tensorflow
def test_nobody_looks_for_garbage_in_tensorflow():
    """Which would take half a second at the start, and more at the end."""
    code = (
        "import gc\n"
        "from legacy_cnn.tensorflow_start import import_tensorflow\n"
        "import_tensorflow()\n"
        "assert gc.isenabled() and gc.get_freeze_count() > 100_000\n"
        "assert len(gc.get_objects()) < 10_000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["trian"],
        ["train", "--batch-size", "many"],
        ["train", "--batch-size", "0"],
        ["train", "--keep-prob", "1.5"],
        ["train", "--resume"],
        ["train", "--source-url", "http://127.0.0.1/"],
        ["train", "--threads", "100000"],
        ["train", "--epochs", "9" * 20],
        ["train", "--run-dir="],
        ["data", "--data-dir", "missing", "--source-url", "foo"],
        ["predict", "run"],
    ],
)
def test_wrong_usage_is_status_2(arguments, tmp_path, monkeypatch, called):
    monkeypatch.chdir(tmp_path)
    done = called(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("usage: legacy-cnn")
    assert "error:" in done.stderr.splitlines()[-1]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["train", "--run-dir="], "--run-dir"),
        (["train", "--data-dir="], "--data-dir"),
        (["data", "--source-url="], "--source-url"),
        (["data", "--export="], "--export"),
        (["show", ""], "FILE"),
        (["predict", "runs/1", "one.png", ""], "PICTURE"),
        (["bench", "--plot="], "--plot"),
        (["parity", "port:build", "--map="], "--map"),
        (["lessons", "check", "1", ""], "FILE"),
    ],
)
def test_an_empty_path_is_refused(words, name, called):
    done = called(*words)
    assert done.returncode == 2
    assert done.stderr.endswith(f": error: argument {name}: must not be empty\n")


@pytest.fixture
def no_tensorflow(monkeypatch):
    """Fails a command that would import TensorFlow."""

    def refuse():
        raise AssertionError("TensorFlow would be imported")

    for name, module in cli.find_commands().items():
        if hasattr(module, "import_tensorflow"):
            monkeypatch.setattr(f"legacy_cnn.commands.{name}.import_tensorflow", refuse)


DAMAGED = '{"settings": {}, "versions": {}, "machine": {}}'


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["train", "--run-dir", "run"], 1, "run already contains a run; use --resume to continue"),
        (["train", "--run-dir", "."], 1, ". contains other files and no run; choose another"),
        (["train", "--resume", "--run-dir", "missing"], 1, "missing does not exist"),
        (
            ["train", "--resume", "--run-dir", "run"],
            1,
            "run/config.json is damaged: config.data is missing, expected an object.",
        ),
        (["evaluate", "missing"], 1, "missing does not exist."),
        (["predict", "missing", "one.png"], 1, "missing does not exist"),
        (
            ["predict", "good", "good/config.json"],
            1,
            "good/config.json is damaged or not a PNG or JPEG",
        ),
        (["export", "missing"], 1, "missing does not exist"),
        (["export", "good"], 1, "good/export already exists; move it away or choose another"),
        (["export", "good", "--output", "run"], 1, "run already exists; move it away or choose"),
        (
            ["convert", "good", "run"],
            1,
            "run already exists; move it away or choose another TARGET",
        ),
        (["lessons", "check", "1"], 2, "exercise_1.py does not exist; write your answer to it"),
    ],
)
def test_what_is_refused_before_tensorflow_is_imported(
    words, status, message, tmp_path, monkeypatch, called, no_tensorflow
):
    monkeypatch.chdir(tmp_path)
    for name, content in (("run", DAMAGED), ("good", DAMAGED[:-1] + ', "data": {"sha256": {}}}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(content)
    (tmp_path / "good" / "export").mkdir()
    done = called(*words)
    assert done.returncode == status and message in done.stderr.splitlines()[-1]


def test_control_characters_are_escaped(tmp_path, called):
    """The name of a file cannot change the terminal."""
    name = "\x1b]0;title\x07\x1b[31m"
    for words in (
        ["show", tmp_path / name],
        ["show", tmp_path / name, "--debug"],
        ["data", name],
        ["train", "--resume", "--run-dir", tmp_path / name],
    ):
        done = called(*words)
        assert done.returncode in (1, 2)
        assert r"\x1b]0;title\x07\x1b[31m" in done.stderr and "\x1b" not in done.stderr


def test_a_process_ends_with_status_2():
    done = command("trian")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("legacy-cnn: error: ")


def test_data_as_json(small_set):
    done = command("data", "--data-dir", small_set, "--json")
    result = json.loads(done.stdout)
    assert result["set"] is None and done.stderr == ""
    assert [each["shape"] for each in result["files"]] == [
        [256, 28, 28], [256], [100, 28, 28], [100],
    ]  # fmt: skip
    assert sum(result["files"][1]["counts"]) == 256


def test_data_exported_and_read_back(tmp_path):
    done = command("data", "--export", tmp_path / "out")
    assert done.stdout.startswith("MNIST: every file is valid\n")
    assert done.stdout.endswith(f"Written to {tmp_path / 'out'}\n")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(sources.NAMES)
    again = command("data", "--data-dir", tmp_path / "out", "--json")
    assert json.loads(again.stdout)["set"] == "MNIST"


def test_a_mistyped_data_directory(tmp_path, called, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = called("data", "--data-dir", "new", "--json")
    assert (done.returncode, done.stderr) == (
        0,
        "There was no directory new: created it, and copied MNIST into it.\n",
    )
    line = sentence(called("data", "--data-dir", "typo/data"))
    assert line.endswith(f"Correct --data-dir, or create {tmp_path}/typo first.")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def harm_magic(path):
    path.write_bytes(b"\x00\x00\x08\x01" + path.read_bytes()[4:])


def harm_length(path):
    path.write_bytes(path.read_bytes()[:-1])


def harm_promise(path):
    path.write_bytes(path.read_bytes()[:4] + b"\xff" * 12 + path.read_bytes()[16:])


def harm_labels(path):
    label_file = path.with_name(sources.TRAIN_LABELS)
    label_file.write_bytes(label_file.read_bytes()[:-1] + b"\x0a")


def harm_count(path):
    idx.write(path, np.zeros((5, 28, 28), np.uint8))


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (harm_magic, "Invalid magic number 2049 in MNIST image file: {path}; expected 2051."),
        (harm_length, "{path} is truncated: its data ends after 31,359 bytes"),
        (harm_promise, "more than the file can hold"),
        (harm_labels, "Label 10 is outside 0-9."),
        (harm_count, "{path} holds 5 images but {labels} holds 40 labels"),
    ],
)
def test_bad_data_is_one_sentence(files, tmp_path, harm, message, monkeypatch, called):
    monkeypatch.chdir(tmp_path)
    images, labels = files.test_images[:40], files.test_labels[:40]
    data = write_set(tmp_path / "data", images, labels, images, labels)
    path = data / sources.TRAIN_IMAGES
    harm(path)
    done = called("train", "--data-dir", data, "--validation-size", "0", "--batch-size", "8")
    assert message.format(path=path, labels=data / sources.TRAIN_LABELS) in sentence(done)
    assert not (tmp_path / "runs").exists()


def test_a_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    for option in ("--data-dir", "--export"):
        done = command("data", option, tmp_path / "file" / "data")
        assert sentence(done).startswith(f"legacy-cnn: {tmp_path}/file")
    # Not writable for root either.
    assert sentence(command("data", "--data-dir", "/proc/mnist")).startswith("legacy-cnn: /proc/")


def test_no_room_for_the_data(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = command("data", "--data-dir", tmp_path / "data", preexec_fn=limit)
    assert "File too large" in sentence(done)
    assert not list((tmp_path / "data").iterdir())


@pytest.mark.tensorflow
def test_debug_shows_the_traceback(tmp_path, called):
    done = called("evaluate", tmp_path, "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr and "contains no run" in done.stderr


def test_output_nobody_reads():
    """`legacy-cnn data | head -0` ends without a traceback."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        arguments_of("data", "--json"), stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    assert done.stderr == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(closed, small_set):
    """As daemons have them: what would be written there goes nowhere, and all else is done."""
    words = arguments_of("data", "--json", "--data-dir", small_set)
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *words], capture_output=True)
    assert done.returncode == 0 and done.stderr == b""
    assert bool(done.stdout) == (closed == "2>&-")


def test_too_little_address_space(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1_600_000_000, 1_600_000_000))

    done = command("compare", preexec_fn=limit)
    assert sentence(done) == (
        "legacy-cnn: There is not enough memory: TensorFlow takes 3.0 GB of address space, and "
        "this process may use 1.6 GB (ulimit -v)."
    )


def test_a_failure_before_the_command_is_known_is_one_sentence(monkeypatch, capsys):
    def fails():
        raise ImportError("libblas.so: failed to map segment from shared object")

    monkeypatch.setattr(cli, "parser", fails)
    assert cli.main(["data"]) == 1
    assert capsys.readouterr().err == (
        "legacy-cnn: A library cannot be loaded: libblas.so: failed to map segment from shared "
        "object. Is there enough memory (ulimit -v)?\n"
    )


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_users_own_settings_win(trained, small_set):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "0", "TF_ENABLE_ONEDNN_OPTS": "0"}
    done = command("evaluate", trained[0], "--data-dir", small_set, env=environment)
    assert done.returncode == 0
    assert "oneDNN custom operations are on" not in done.stderr
    assert "cpu_feature_guard" in done.stderr


def test_a_program_that_ends_itself_does_not_end_the_command_with_its_status(monkeypatch, called):
    from legacy_cnn.commands import parity

    for status in (0, 1, 3, None, "words"):

        def leave(arguments, status=status):
            sys.exit(status)

        monkeypatch.setattr(parity, "run", leave)
        done = called("parity", "anything")
        assert sentence(done, 2).startswith(
            "legacy-cnn: A program that ran here has ended itself by"
        )
    assert called("parity").returncode == called("parity", "x", "--steps", "y").returncode == 2
    assert called("parity", "--help").returncode == 0
