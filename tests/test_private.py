"""The table of private names: each is there in this release, and used."""

from pathlib import Path

import pytest

import legacy_cnn
from legacy_cnn.compat import private, tables

PACKAGE = Path(legacy_cnn.__file__).parent


@pytest.mark.tensorflow
def test_each_row_is_there():
    import tensorflow as tf

    compiled = tf.function(lambda: 1, jit_compile=True)
    for name, row in private.TABLE.items():
        if "." in row.path:
            assert private.module(name).__name__ == row.path
        else:
            assert private.attribute(name, compiled) is True, name
            assert not private.attribute(name, tf.function(lambda: 1))


def test_private_names_are_in_the_table_only():
    apart = {"recorder.py", "steps_there.py", "private.py"}  # the first two run on old releases
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        # The tables have old names, which were private then and are served by others now.
        if path.name not in apart and path.parent.name != "tables":
            assert "tensorflow.python" not in text and "keras.src" not in text, path


@pytest.mark.tensorflow
def test_what_serves_an_old_name_is_public_or_in_the_table():
    paths = {row.path for row in private.TABLE.values()}
    for audience in tables.FILES:
        files = tables.of(audience)
        for module in tables.FILES[audience]:
            for row in files.table(module).rows.values():
                served = row.serves if isinstance(row.serves, str) else ""
                is_private = served.startswith(
                    ("tensorflow.python.", "keras.src.", "tf_keras.src.")
                )
                assert not is_private or served.rpartition(".")[0] in paths or served in paths, row


def test_each_row_is_used():
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    for name in private.TABLE:
        assert any(f'("{name}"' in text for text in texts), name
