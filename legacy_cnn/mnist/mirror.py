"""Downloading one file so that it arrives whole, or not at all."""

import sys
import time

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from legacy_cnn import files
from legacy_cnn.errors import DataError, DownloadError
from legacy_cnn.mnist import idx

ATTEMPTS = 4
FIRST_PAUSE = 1.0  # seconds, doubled after each failed attempt
TIMEOUT = (10, 30)  # seconds: to connect, and between two pieces of the answer
_RETRIED_STATUS = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 1 << 16


def download(url, path, check):
    """Downloads `url` to `path`; each attempt starts afresh in a temporary file.

    Args:
      url: an http or https address.
      path: where the file goes once it is complete and `check` has passed.
      check: called with the complete temporary file, open for reading; raises DataError to refuse.

    Raises:
      DownloadError: not an http address, no answer after `ATTEMPTS`, a refusal (403, 404, ...),
        more than `idx.MAX_BYTES`, or content that `check` refuses.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadError(f"{url} is not an http or https address.")
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
        try:
            with files.replacing(path) as file:
                _fetch(url, file)
                file.flush()
                with open(file.name, "rb") as complete:
                    check(complete)
            return
        except DataError as error:
            raise DownloadError(f"{url} was refused: {error}") from error
        except requests.RequestException as error:
            failure = error
            if not _passing(error):
                break
    raise DownloadError(
        f"{url} could not be downloaded ({_reason(failure)}). Nothing was written; try another "
        f"mirror, or leave the address out to use the bundled MNIST."
    ) from failure


def _fetch(url, file):
    # identity: a .gz file must not be unpacked on the way.
    request = requests.get(
        url, stream=True, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}
    )
    with request as answer, _progress() as progress:
        answer.raise_for_status()
        promised = answer.headers.get("Content-Length", "")
        total = int(promised) if promised.isdecimal() else None
        task = progress.add_task(url.rsplit("/", 1)[-1], total=total)
        received = 0
        for piece in answer.iter_content(_CHUNK):
            received += len(piece)
            if received > idx.MAX_BYTES:
                raise DataError(f"it is larger than {idx.MAX_BYTES:,} bytes.")
            file.write(piece)
            progress.update(task, completed=received)


def _progress():
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _passing(error):
    """Whether another attempt may succeed."""
    response = getattr(error, "response", None)
    return response is None or response.status_code in _RETRIED_STATUS


def _reason(error):
    response = getattr(error, "response", None)
    return f"HTTP status {response.status_code}" if response is not None else type(error).__name__
