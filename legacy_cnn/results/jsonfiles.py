"""Reads JSON files that may be anything: each refusal says what is wrong, and where."""

import json
from pathlib import Path
from typing import Any

from legacy_cnn.errors import ResultError

#: Bytes that a file may have.
LARGEST = 64 * 2**20


def read_json(path: Path) -> Any:
    """Returns the value in a JSON file.

    Raises:
      ResultError: the file is not JSON, or too large; the message does not name it.
      OSError: it cannot be read.
    """
    return _parsed(_content(path))


def _content(path: Path) -> str:
    """The text of a file, which may be anything that somebody downloaded."""
    if path.exists() and not path.is_file():
        raise ResultError("not a regular file; expected a JSON file with results.")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ResultError(f"not a results file: it has more than {LARGEST:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ResultError(f"not UTF-8 at byte {error.start:,}; expected a JSON file.") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = error.msg.removesuffix(" at")  # "Unterminated string starting at"
        raise ResultError(
            f"not JSON: {problem} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ResultError("not a results file: the JSON is nested too deeply.") from error
    except ValueError as error:
        raise ResultError(f"not JSON that can be read: {error}.") from error
