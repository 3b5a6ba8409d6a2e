"""The example of the documentation from an old script to a verdict."""

import re
from pathlib import Path

import pytest

from legacy_cnn import parity, porting, show

pytestmark = pytest.mark.tensorflow

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to"


@pytest.mark.slow
def test_the_example_prints_what_is_shown(tmp_path, monkeypatch):
    page, other = (HOW_TO / name for name in ("test-a-port.md", "old-script.md"))
    text = page.read_text()
    script = re.search(r"```\n(import tensorflow as tf\n.*?)```", other.read_text(), re.DOTALL)
    port = re.search(r"```\n(import keras\n.*?)```", text, re.DOTALL)
    (tmp_path / "old.py").write_text(script[1])
    (tmp_path / "port.py").write_text(port[1])
    monkeypatch.chdir(tmp_path)
    inspected = re.search(r"\$ legacy-cnn inspect old.py\n(.*?)```", text, re.DOTALL)[1]
    assert show.plain(porting.inspect("old.py")).rstrip() == inspected.rstrip()
    shown = re.search(r"--reference old.py\n(.*?)\n\.\.\.", text, re.DOTALL)[1].splitlines()
    printed = show.plain(parity.compare("port.py:build", reference="old.py")).splitlines()
    assert (printed[0], printed[2]) == (shown[0], shown[2])
