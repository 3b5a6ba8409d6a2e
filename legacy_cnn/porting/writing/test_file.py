"""The text of `test_port.py`."""

import os
from pathlib import Path
from typing import Any

from legacy_cnn.porting.writing.text import wrapped


def test_file(reference: Any, folder: Path) -> str:
    """A test with the fixture `assert_same_program`."""
    arguments = ["f\"{HERE / 'port.py'}:build_model\""]
    if reference is not None:
        arguments.append(f"reference={_written(reference, folder)}")
    body = "\n".join(wrapped(f"assert_same_program({', '.join(arguments)})", 4))
    return f'''"""The port is the same program as what it was written from."""

from pathlib import Path

HERE = Path(__file__).parent


def test_port_is_the_same_program(assert_same_program):
{body}
'''


def _written(reference: Any, folder: Path) -> str:
    """The reference as seen from the folder."""
    name = str(getattr(reference, "__name__", reference))
    path, colon, function = name.partition(":")
    if not Path(path).exists():
        return f'"{name}"'
    relative = Path(os.path.relpath(path, folder)).as_posix()
    place = f"HERE / '{relative}'"
    return f'f"{{{place}}}:{function}"' if colon else f"str({place})".replace("'", '"')
