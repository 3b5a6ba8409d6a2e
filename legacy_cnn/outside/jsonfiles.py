"""Reads JSON files that may be anything: each refusal says what is wrong, and where."""

import json
from typing import Any

from legacy_cnn.errors import LegacyCnnError, ResultError
from legacy_cnn.files import AnyPath
from legacy_cnn.outside.opening import opened

#: Bytes that a file may have. As Python's objects, its values may take thirty times as many.
LARGEST = 16 * 2**20


def read_json(
    path: AnyPath, failure: type[LegacyCnnError] = ResultError, what: str = "a results file"
) -> Any:
    """Returns the value in a JSON file, which may still be of any type.

    Args:
      path: the file.
      failure: what is raised.
      what: what it should be, for messages.

    Raises:
      `failure`: the file is not JSON, or too large.
      OSError: it cannot be read.
    """
    with opened(path, 2**63, failure, "a JSON file") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise failure(f"{path}: not {what}: it has more than {LARGEST:,} bytes.")
    try:
        return parsed(content, what)
    except ResultError as error:
        raise failure(f"{path}: {error}") from error


def parsed(content: bytes, what: str) -> Any:
    """Returns the value in a text.

    Raises:
      ResultError: it is not JSON.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ResultError(f"not UTF-8 at byte {error.start:,}; expected a JSON file.") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = error.msg.removesuffix(" at")  # "Unterminated string starting at"
        raise ResultError(
            f"not JSON: {problem} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ResultError(f"not {what}: the JSON is nested too deeply.") from error
    except ValueError as error:
        raise ResultError(f"not JSON that can be read: {error}.") from error
