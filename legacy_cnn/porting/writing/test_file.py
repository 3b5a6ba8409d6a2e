"""The text of `test_port.py`."""

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from legacy_cnn.parity.scripts import command_of
from legacy_cnn.porting.writing.text import wrapped


def test_file(reference: Any, folder: Path, weights: Mapping[str, str]) -> str:
    """A test with the fixture `assert_same_program`.

    Args:
      reference: what the port was written from.
      folder: of the test.
      weights: parameter of the reference -> path in the port, where that has to be said.
    """
    arguments = ["f\"{HERE / 'port.py'}:build_model\""]
    if reference is not None:
        arguments.append(f"reference={_written(reference, folder)}")
    if weights:
        arguments.append("mapping=Mapping(candidate=WEIGHTS)")
    body = "\n".join(wrapped(f"assert_same_program({', '.join(arguments)})", 4))
    return f'''"""The port is the same program as what it was written from."""

from pathlib import Path
{_IMPORT if weights else ""}
HERE = Path(__file__).parent
{_listed(weights)}

def test_port_is_the_same_program(assert_same_program):
{body}
'''


#: For a test that says where weights are.
_IMPORT = "\nfrom legacy_cnn.parity import Mapping\n"


def _listed(weights: Mapping[str, str]) -> str:
    if not weights:
        return ""
    text = ", ".join(f'"{name}": "{path}"' for name, path in weights.items())
    comment = "# The script's variables, and the weights of the port that they are."
    return "\n".join(["", comment, *wrapped(f"WEIGHTS = {{{text}}}", 0), ""])


def _written(reference: Any, folder: Path) -> str:
    """The reference as seen from the folder."""
    name = str(getattr(reference, "__name__", reference))
    path, sign, after = name.partition(":")
    command = command_of(name)
    if command is not None:
        path, sign, after = str(command.script), " ", shlex.join(command.arguments)
    if not Path(path).exists():
        return f'"{name}"'
    relative = Path(os.path.relpath(path, folder)).as_posix()
    place = f"HERE / '{relative}'"
    if not after:
        return f"str({place})".replace("'", '"')
    escaped = json.dumps(after)[1:-1].replace("{", "{{").replace("}", "}}")
    return f'f"{{{place}}}{sign}{escaped}"'
