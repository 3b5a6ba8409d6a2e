"""What an old release computes is compared with what the tutorial's graph computes here.

The release of these tests is a program without TensorFlow that hands over arrays made here.
"""

import json
import sys

import numpy as np
import pytest

from legacy_cnn.errors import UsageError
from legacy_cnn.originals import environments
from legacy_cnn.originals.agreement import BOUND, apart

#: Answers as `steps_there.py` does, with the arrays of each step from a file.
PROGRAM = """
import json, os, shutil, sys
place = os.environ["ARRAYS"]
assert os.environ["TF2_BEHAVIOR"] == "0" and "session" in open(sys.argv[1]).read().lower()
print(open(place + "/first.json").read(), flush=True)
for number, line in enumerate(sys.stdin):
    request = json.loads(line)
    if "step" in request:
        shutil.copy(place + "/%d.npz" % number, request["step"][1])
    print(json.dumps({"seconds": 0.5}), flush=True)
"""


def test_a_difference_is_measured_in_units_of_noise():
    reference = np.float32([1, -4, 0])
    noise = np.float32([1e-3, 1e-3, 0])
    assert apart(reference, reference, noise) == (0, 0)
    relative, ratio = apart(reference, np.float32([1, -4.04, 0]), noise)
    assert relative == pytest.approx(0.01) and ratio == pytest.approx(40, rel=0.01)
    assert apart(reference, np.float32([1, np.nan, 0]), noise) == (np.inf, np.inf)
    assert apart(reference, np.float32([1, -4]), noise) == (np.inf, np.inf)
    _, by_chance = apart(reference, np.float32([1, -4, 1e-9]), noise)
    assert by_chance < 1e-3  # the noise of one element may be zero


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def release(home, tmp_path, monkeypatch):
    """Makes an environment of 1.4.0, whose program is the one above."""
    from legacy_cnn.originals import comparing

    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.setattr(comparing, "SCRIPT", tmp_path / "program.py")
    monkeypatch.setenv("ARRAYS", str(tmp_path))
    python = home / "1.4.0" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return tmp_path


@pytest.fixture(scope="module")
def taken(files):
    """What a step computes here, and the names of the variables."""
    from legacy_cnn import feeding, randomness
    from legacy_cnn.originals import steps_here
    from legacy_cnn.settings import OriginalsSettings

    settings = OriginalsSettings(steps=1, batch_size=4)
    batches = feeding.batches(*feeding.training_set(files, settings), settings)
    with steps_here.Tutorial() as here:
        state = here.first_state(randomness.initial_weights(0))
        return here.step(state, steps_here.fed(next(batches))).computed, here.variables


@pytest.fixture
def step(release, taken, monkeypatch):
    """What a step computes here, written as the release's."""
    from legacy_cnn.originals import steps_here

    monkeypatch.setattr(steps_here, "DRAWS", 1)
    computed, variables = taken
    versions = {"python": "3.6.15", "tensorflow": "1.4.0"}
    (release / "first.json").write_text(json.dumps({"versions": versions, "variables": variables}))
    np.savez(release / "1.npz", **computed)
    return computed


OPTIONS = ["--steps", "1", "--batch-size", "4"]


@pytest.mark.tensorflow
def test_a_release_that_is_the_same_and_one_that_is_not(step, release, called):
    done = called("originals", "compare", *OPTIONS, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["same"] and result["failed"] == {}
    (compared,) = result["releases"].values()
    assert list(compared["parts"]) == ["loss", "logits", "gradients", "slots", "weights"]
    assert compared["versions"]["python"] == "3.6.15" and compared["seconds_there"] == 0.5
    assert compared["ratio"] < BOUND / 4

    name = "variables/Variable_2/Adam_1"
    np.savez(release / "1.npz", **{**step, name: step[name] * np.float32(1.01)})
    done = called("originals", "compare", "1.4", *OPTIONS, "--html", release / "page.html")
    assert done.returncode == 1
    worst = [line.split() for line in done.stdout.splitlines() if " slots " in line][-1]
    assert worst[0] == "1.4.0" and worst[-3:] == ["W_fc,", "Adam_1", "1"]
    page = (release / "page.html").read_text()
    assert "different" in page and "seed 0" in page


@pytest.mark.tensorflow
def test_a_release_that_fails_is_told(home, release, called):
    (release / "first.json").write_text('{"versions": {}, "variables": ["other"]}')
    (home / "1.3.0").mkdir()
    done = called("originals", "compare", *OPTIONS)
    assert done.returncode == 2
    assert "1.3.0 could not be compared: " in done.stdout and "is damaged: " in done.stdout
    assert "1.4.0 could not be compared: its variables are other." in done.stdout
    (release / "first.json").unlink()
    done = called("originals", "compare", "1.4.0", *OPTIONS)
    assert done.returncode == 2
    assert "TensorFlow 1.4.0 stopped: FileNotFoundError: " in done.stdout


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_constant_that_is_wrong_here_is_no_noise(step, called, monkeypatch):
    import tensorflow.compat.v1 as tf

    adam = tf.train.AdamOptimizer
    monkeypatch.setattr(tf.train, "AdamOptimizer", lambda rate: adam(rate, epsilon=1e-7))
    done = called("originals", "compare", *OPTIONS, "--json")
    assert done.returncode == 1
    parts = json.loads(done.stdout)["releases"]["1.4.0"]["parts"]
    assert {part for part, agreement in parts.items() if agreement["ratio"] > BOUND} == {"weights"}


@pytest.mark.tensorflow
def test_a_result_that_is_damaged_is_told(step, release, called):
    (release / "1.npz").write_bytes(b"PK\3\4 and no more")
    done = called("originals", "compare", *OPTIONS)
    assert done.returncode == 2
    assert "1.4.0 could not be compared: what it computed cannot be read: " in done.stdout
    np.savez(release / "1.npz", loss=step["loss"])
    done = called("originals", "compare", *OPTIONS)
    assert done.returncode == 2
    assert "1.4.0 could not be compared: it did not hand over gradients/Variable, " in done.stdout


@pytest.mark.tensorflow
def test_nothing_to_compare(home, called):
    done = called("originals", "compare")
    assert done.returncode == 2
    assert done.stderr == (
        f"legacy-cnn: No release is set up in {home}: run legacy-cnn originals setup 1.15.5, or "
        "name another release.\n"
    )
    assert called("originals", "compare", "1.4").returncode == 2
    assert called("originals", "compare", "0.5").returncode == 2
    with pytest.raises(UsageError, match="steps must be at least 1"):
        from legacy_cnn import originals

        originals.compare(steps=0)


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("version", [one.version for one in environments.installed()])
def test_a_real_release_is_the_same(version):
    from legacy_cnn import originals

    result = originals.compare([version], steps=3, batch_size=32)
    assert result.same, result.to_json()
