"""Processes that an old program starts."""

import json
import os
import subprocess
import sys

import pytest

from conftest import without_tensorflow_lines
from legacy_cnn.compat import children
from legacy_cnn.settings import RunSettings

pytestmark = pytest.mark.tensorflow

PROGRAM = """
import multiprocessing, os, sys
import tensorflow as tf

def doubled(number):
    with tf.Session() as session:
        return int(session.run(2 * tf.constant(number))), tf.__version__

if __name__ == "__main__":
    print("starting" in "".join(sys.path), os.environ["OWN"])
    print(multiprocessing.get_context("spawn").Pool(1).map(doubled, [1]))
"""


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Runs Python as a program would that `legacy-cnn run --release 1.4.0` runs."""
    (tmp_path / "sitecustomize.py").write_text("import os\nos.environ['OWN'] = 'seen'\n")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv(children.VARIABLE, "")
    children.inherit(RunSettings(release="1.4.0", data_dir="here", timeline="trace.json"))

    def started(*words):
        return subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, cwd=tmp_path
        )

    return started


@pytest.mark.slow
def test_they_see_what_the_program_sees_and_so_do_those_that_they_start(started, tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    done = started("program.py")
    assert done.stdout == "False seen\n[(2, '1.4.0')]\n"
    assert without_tensorflow_lines(done.stderr) == ""


def test_nothing_happens_where_no_program_imports_tensorflow(started):
    text = "import sys, json; print(sorted({'tensorflow', 'numpy'} & set(sys.modules)))"
    done = started("-c", text)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    text = f"import os; print(os.environ['{children.VARIABLE}'])"
    assert json.loads(started("-c", text).stdout) == {
        "release": "1.4.0",
        "data_dir": os.path.abspath("here"),
        "headless": False,
    }
