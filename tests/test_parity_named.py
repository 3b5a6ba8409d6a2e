"""What a user names by `file.py:function`, and how the user's program may end this one."""

import subprocess
import sys

import keras
import pytest

from legacy_cnn import parity
from legacy_cnn.errors import UserCodeError
from legacy_cnn.parity.named import call_named
from legacy_cnn.parity.sides.opening import _name_of

pytestmark = pytest.mark.tensorflow


def test_a_file_may_have_the_name_of_a_library(tmp_path):
    (tmp_path / "beside.py").write_text("value = 3\n")
    file = tmp_path / "keras.py"
    file.write_text(
        "import beside\nimport keras\ndef build(): return keras.Sequential, beside.value\n"
    )
    before = list(sys.path), sys.modules["keras"]
    assert call_named(f"{file}:build", "candidate", "") == (keras.Sequential, 3)
    assert (list(sys.path), sys.modules["keras"]) == before


def test_a_type_of_floats_is_that_of_one_comparison(tmp_path):
    file = tmp_path / "port.py"
    file.write_text(
        "import keras\ndef build(): keras.config.set_floatx('float64'); raise KeyError\n"
    )
    with pytest.raises(UserCodeError, match="KeyError"):
        parity.compare(f"{file}:build")
    assert keras.config.floatx() == "float32"


def test_a_file_that_fails_is_read_again(tmp_path):
    file = tmp_path / "port.py"
    file.write_text("def build(): return 1\nraise ValueError('once')\n")
    for _ in range(2):
        with pytest.raises(UserCodeError, match=r"ValueError: once \(.*port.py, line 2\)"):
            call_named(f"{file}:build", "candidate", "")


def test_a_model_that_keras_named_is_called_by_its_class():
    assert _name_of(keras.Sequential([keras.Input((2,))])) == "Sequential"
    assert _name_of(keras.Sequential([keras.Input((2,))], name="port")) == "port"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("import sys; sys.stdout.close(); return 3", "expected a keras.Model"),
        pytest.param(
            "raise KeyboardInterrupt",
            "ended by KeyboardInterrupt (port.py, line 1)",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "import tensorflow as tf; tf.compat.v1.disable_eager_execution()",
            "has switched eager execution off",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_port_that_ends_the_comparison_is_said(tmp_path, body, sentence):
    (tmp_path / "port.py").write_text(f"def build(): {body}\n")
    command = [sys.executable, "-m", "legacy_cnn", "parity", "port.py:build"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and sentence in done.stderr
    assert "Traceback" not in done.stderr
