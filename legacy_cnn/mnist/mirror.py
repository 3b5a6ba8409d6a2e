"""Downloading one file so that it arrives whole, or not at all."""

import sys
import time
from collections.abc import Callable
from typing import BinaryIO

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from legacy_cnn import files
from legacy_cnn.errors import DataError, DownloadError
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist import idx

ATTEMPTS = 4
FIRST_PAUSE = 1.0  # seconds, doubled after each failed attempt
TIMEOUT = (10, 30)  # seconds: to connect, and between two parts of the response
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
        ...), more than `idx.MAX_BYTES`, or content that `check` rejects.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadError(f"{url} is not an http or https address.")
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
        try:
            _download_once(url, path, check)
            return
        except DataError as error:
            raise DownloadError(f"The content of {url} was rejected: {error}") from error
        except requests.RequestException as error:
            failure = error
            if not _is_transient(error):
                break
    raise DownloadError(
        f"{url} could not be downloaded ({_reason(failure)}), and no file was written. Try another "
        f"mirror, or omit the address to use the bundled MNIST."
    ) from failure


def _download_once(url: str, path: AnyPath, check: Callable[[BinaryIO], object]) -> None:
    with files.replacing(path) as file:
        _fetch(url, file)
        file.flush()
        with open(file.name, "rb") as complete:
            check(complete)


def _fetch(url: str, file: BinaryIO) -> None:
    # identity: a .gz file must not be unpacked on the way.
    request = requests.get(
        url, stream=True, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}
    )
    with request as response, _progress() as progress:
        response.raise_for_status()
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        task = progress.add_task(url.rsplit("/", 1)[-1], total=total)
        received = 0
        for chunk in response.iter_content(_CHUNK):
            received += len(chunk)
            if received > idx.MAX_BYTES:
                raise DataError(f"it is larger than {idx.MAX_BYTES:,} bytes.")
            file.write(chunk)
            progress.update(task, completed=received)


def _progress() -> Progress:
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _is_transient(error: requests.RequestException) -> bool:
    """Whether another attempt may succeed."""
    return error.response is None or error.response.status_code in _TRANSIENT_STATUS


def _reason(error: requests.RequestException) -> str:
    if error.response is None:
        return type(error).__name__
    return f"HTTP status {error.response.status_code}"
