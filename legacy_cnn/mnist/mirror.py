"""Downloading one file so that it arrives whole, or not at all."""

import http.client
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

import requests
import urllib3
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from legacy_cnn import files
from legacy_cnn.errors import DataError, DownloadError, described
from legacy_cnn.escaping import without_password, without_passwords
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist import idx
from legacy_cnn.mnist.budget import Budget, Exceeded, session

ATTEMPTS = 4
FIRST_PAUSE = 1.0  # seconds, doubled after each failed attempt
TIMEOUT = (10, 15)  # seconds: to connect, and between two parts of the response
LAST_BEGIN = 25  # seconds after which no further attempt begins
_TRANSIENT_STATUS = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 1 << 16


def download(url: str, path: AnyPath, check: Callable[[BinaryIO], object]) -> None:
    """Downloads `url` to `path`; each attempt starts afresh in a temporary file.

    Args:
      url: an http or https address.
      path: where the file is moved once it is complete and `check` has passed.
      check: called with the complete temporary file, open for reading; raises DataError to
        reject it.

    Raises:
      DownloadError: not an http address, no answer after `ATTEMPTS`, an error status (403, 404,
        ...), more than `idx.MAX_FILE_BYTES`, a server that is too slow, or content that `check`
        rejects.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadError(f"{without_password(url)} is not an http or https address.")
    budget = Budget(idx.MAX_FILE_BYTES)
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
        try:
            _download_once(url, path, check, budget)
            return
        except DataError as error:
            raise DownloadError(
                f"The content of {without_passwords(url)} was rejected: {error}"
            ) from error
        except _Failed as error:
            failure = error
            if not error.is_transient or budget.seconds > LAST_BEGIN:
                break
    raise DownloadError(
        f"{without_passwords(url)} could not be downloaded ({failure}), and no file was written. "
        f"Try another mirror, or omit the address to use the bundled MNIST."
    ) from failure.__cause__


class _Failed(Exception):
    """An attempt has failed; the message says why."""

    def __init__(self, reason: str, is_transient: bool = False) -> None:
        super().__init__(reason)
        self.is_transient = is_transient  # whether another attempt may succeed


def _download_once(
    url: str, path: AnyPath, check: Callable[[BinaryIO], object], budget: Budget
) -> None:
    with files.replacing(path) as file:
        with _progress() as progress:
            task = progress.add_task(url.rsplit("/", 1)[-1], total=None)
            for total, chunk in _received(url, budget):
                file.write(chunk)
                progress.update(task, total=total, advance=len(chunk))
        file.flush()
        with open(file.name, "rb") as complete:
            check(complete)


def _received(url: str, budget: Budget) -> Iterator[tuple[int | None, bytes]]:
    """Yields the number of all bytes, if the server has said it, with each chunk of them.

    Raises:
      _Failed: whatever a server, or its address, makes the libraries raise.
    """
    budget.begin_attempt()
    # identity: a .gz file must not be unpacked on the way.
    asked: dict[str, Any] = {
        "stream": True,
        "timeout": TIMEOUT,
        "headers": {"Accept-Encoding": "identity"},
    }
    try:
        address, asked["auth"] = _parted(url)
        with session(budget) as limited, limited.get(address, **asked) as response:
            response.raise_for_status()
            length = response.headers.get("Content-Length", "")
            total = int(length) if re.fullmatch("[0-9]{1,15}", length) else None
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                yield total, chunk
    except requests.HTTPError as error:
        status = error.response.status_code
        raise _Failed(f"HTTP status {status}", status in _TRANSIENT_STATUS) from error
    except Exceeded as error:
        raise _Failed(str(error)) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        lasting = isinstance(error, ValueError)  # an address that no request can be sent to
        # Messages about an address repeat it; others, such as that of a file that is missing, help.
        about_address = isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError)
        reason = type(error).__name__ if about_address else described(error)
        raise _Failed(reason, not lasting) from error
    except (ValueError, http.client.HTTPException) as error:
        raise _Failed(described(error)) from error


def _parted(url: str) -> tuple[str, tuple[bytes, bytes] | None]:
    """An address that errors of the libraries may repeat, and the name and password that it had."""
    found = re.match(r"(https?://)([^/?#]*)@", url)
    if not found:
        return url, None
    # A byte of a command line that is no text is sent as it was given.
    user, _, password = found[2].encode("utf-8", "surrogateescape").partition(b":")
    return found[1] + url[found.end() :], (unquote_to_bytes(user), unquote_to_bytes(password))


def _progress() -> Progress:
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)
