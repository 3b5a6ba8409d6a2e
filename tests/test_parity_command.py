"""The command, the assertion and the pytest plugin."""

import functools
import json
import os
import subprocess
import sys

import pytest

from conftest import command
from legacy_cnn import parity
from legacy_cnn.ports import keras
from legacy_cnn.results import Report
from support import warm
from support.ports import LADDER

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(
        "from legacy_cnn.ports import keras\n"
        "def good():\n"
        "    return keras.build_model()\n"
        "def bad():\n"
        "    return keras.build_model(learning_rate=0.01)\n"
        "def none():\n"
        "    raise ValueError('no model today')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # and puts back what the command adds
    return ["--steps", "2", "--batch-size", "16", "--validation-size", "0", "--data-dir"]


def test_the_command(module, small_set, tmp_path, called):
    done = command("parity", "mine:good", *module, small_set, "--html", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mine:good against legacy_cnn.tutorial\n")
    assert "Same program, as far as it was compared: weights, forward" in done.stdout
    assert done.stderr == "" and "mine:good" in (tmp_path / "page.html").read_text()
    done = called("parity", "mine:bad", *module, small_set, "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["same"] is False and found["first"] == {"rung": "update", "tensor": "W_conv1"}
    assert [rung["name"] for rung in found["rungs"]] == LADDER
    assert all(rung["compares"] for rung in found["rungs"])
    assert Report.from_json(found).to_json() == found
    done = called("parity", "mine:none", *module, small_set)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "legacy-cnn: The candidate mine:none cannot be built: ValueError: no model today "
        "(mine.py, line 7); run again with --debug for the traceback\n"
    )
    assert called("parity", "nothing.keras").returncode == 2
    assert called("parity", "mine:good", "--steps", "0").returncode == 2


def test_the_assertion_shows_the_table(small_set, tutorial_reference):
    small = {
        "reference": tutorial_reference,
        "steps": 1,
        "batch_size": 16,
        "validation_size": 0,
        "data_dir": small_set,
    }
    assert parity.assert_same_program(keras.build_model(), **small).same
    with pytest.raises(AssertionError, match="The first difference is on rung update") as caught:
        parity.assert_same_program(keras.build_model(learning_rate=0.01), **small)
    first = str(caught.value).splitlines()[0]
    assert first.startswith("Different. The first difference is on rung update: W_conv1")
    assert "gradients    passed" in str(caught.value)


def test_the_fixture_of_the_plugin(small_set, tmp_path):
    (tmp_path / "test_port.py").write_text(
        "from legacy_cnn.ports import keras\n"
        f"SMALL = dict(steps=1, batch_size=16, validation_size=0, data_dir={str(small_set)!r})\n"
        "def test_good(assert_same_program):\n"
        "    assert assert_same_program(keras.build_model(), **SMALL).same\n"
        "def test_bad(assert_same_program):\n"
        "    assert_same_program(keras.build_model(learning_rate=0.01), **SMALL)\n"
    )
    here = functools.partial(os.chdir, tmp_path)
    done = warm.command("-q", "-p", "no:cacheprovider", tmp_path, main=pytest.main, before=here)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "Different. The first difference is on rung update: W_conv1." in done.stdout
    assert "FAILED test_port.py::test_bad - Failed: Different. The first" in done.stdout
    # Where CI is set, pytest repeats the whole message in its summary.
    failures, _, _ = done.stdout.partition("short test summary info")
    assert failures.count("gradients    passed") == 1
    assert "pytest_plugin.py" not in done.stdout and "Traceback" not in done.stdout


def test_the_plugin_imports_no_tensorflow():
    code = "import sys, legacy_cnn.pytest_plugin; assert 'tensorflow' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
