"""The recorder as a script: it runs another one as Python does, and in old releases, too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "legacy_cnn" / "originals" / "recorder.py"
SMALL = Path(__file__).parent / "golden" / "originals" / "traces" / "small.py"


def test_the_command_prints_the_file(called):
    done = called("recorder")
    assert done.returncode == 0 and done.stdout == SOURCE.read_text() and done.stderr == ""


def test_the_file_is_written_for_old_pythons():
    text = SOURCE.read_text()
    assert text.isascii()
    for new in (r"\bf\"", r"\bnonlocal\b", r"\byield from\b", r":=", r"\*, "):
        assert not re.search(new, text), new
    assert "allow_pickle=True" not in text and "os.environ" not in text


def run(*arguments):
    """Runs the recorder in a process of its own, for scripts that do not import TensorFlow."""
    return subprocess.run(
        [sys.executable, SOURCE, *map(str, arguments)], capture_output=True, text=True
    )


def test_a_script_keeps_its_arguments_place_status_and_traceback(tmp_path):
    (tmp_path / "beside.py").write_text("value = 3\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, beside, pickle\n"
        "class Here: pass\n"
        "print(__name__, __file__, sys.argv, sys.path[0], beside.value)\n"
        "print(type(pickle.loads(pickle.dumps(Here()))) is Here)\n"
        "def fail():\n    raise ValueError('what it says')\n"
        "if sys.argv[1:] == ['fail']: fail()\n"
        "sys.exit(sys.argv[1] if sys.argv[1:] else 7)\n"
    )
    options = ("--output", tmp_path / "trace.npz", script)
    for arguments, status in (((), 7), (("a reason",), 1), (("fail",), 1)):
        plain = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)
        done = run(*options, *arguments)
        assert done.returncode == plain.returncode == status
        assert done.stdout == plain.stdout
        sentence = "record_tf1: no step was recorded: the script did not import TensorFlow.\n"
        assert done.stderr == plain.stderr + sentence
    assert not (tmp_path / "trace.npz").exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--steps", "0", SMALL), "--steps must be at least 1, not 0."),
        (("--size", "-1", SMALL), "--size must be at least 0, not -1."),
        (("--tensors", "(", SMALL), "--tensors is no regular expression"),
        (("none.py",), "there is no file none.py."),
        (("--output", "none/trace.npz", SMALL), "there is no directory"),
        (("--output", SOURCE.parent, SMALL), "cannot be written: it is a directory."),
    ],
)
def test_wrong_usage(arguments, why):
    done = run(*arguments)
    assert done.returncode == 2 and why in done.stderr


def test_a_script_that_does_nothing_is_an_error(tmp_path):
    (tmp_path / "script.py").write_text("pass\n")
    assert run(tmp_path / "script.py").returncode == 1


# ----------------------------------------------------------------------- in the old releases


def environments():
    """Pythons of old releases, as `legacy-cnn originals setup` makes them."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "legacy-cnn"
    directory = Path(os.environ.get("LEGACY_CNN_ORIGINALS", home / "originals"))
    return sorted(directory.glob("*/bin/python"))


def options_for(directory):
    """How an old release is called: not as the tests' own TensorFlow, which sets a variable."""
    ours = ("PYTHONPATH", "TF2_BEHAVIOR")
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    return {"cwd": directory, "env": environment, "capture_output": True, "text": True}


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("python", environments(), ids=lambda path: path.parts[-3])
def test_in_an_old_release(python, tmp_path, called):
    options = options_for(tmp_path)
    plain = subprocess.run([python, SMALL, "5"], **options)
    done = subprocess.run([python, SOURCE, SMALL, "5"], **options)
    assert (done.returncode, done.stdout) == (0, plain.stdout), done.stderr
    assert "recorder.py" not in done.stderr  # no warning of TensorFlow's about its own use
    assert called("replay", tmp_path / "trace.npz").returncode == 0


SAMPLED = """
import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
weights = tf.Variable(tf.random_normal([20, 4]))
labels = tf.placeholder(tf.int64, [None, 1])
loss = tf.nn.nce_loss(weights, tf.zeros([20]), labels=labels,
                      inputs=tf.ones([3, 4]), num_sampled=5, num_classes=20)
train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
session = tf.Session()
session.run(getattr(tf, "global_variables_initializer", tf.initialize_all_variables)())
for _ in range(8):
    print(session.run([loss, train], {labels: [[1], [2], [3]]})[0])
"""


@pytest.mark.slow
@pytest.mark.parametrize("python", environments(), ids=lambda path: path.parts[-3])
def test_a_sampler_draws_what_it_draws_without_the_recorder(python, tmp_path):
    """Up to 1.3, its numbers begin anew for each list of fetches."""
    (tmp_path / "script.py").write_text(SAMPLED)
    options = options_for(tmp_path)
    plain = subprocess.run([python, "script.py"], **options)
    done = subprocess.run([python, SOURCE, "--steps", "8", "script.py"], **options)
    assert (done.returncode, done.stdout) == (0, plain.stdout), done.stderr
    assert len(set(plain.stdout.split("\n"))) > 6
