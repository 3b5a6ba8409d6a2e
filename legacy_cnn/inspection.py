"""`legacy-cnn data`: what the four files hold and where they come from."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import mnist
from legacy_cnn.mnist import sources
from legacy_cnn.results import DataSummary, FileSummary


def inspect(
    data_dir: str | os.PathLike[str] | None = None,
    *,
    source_url: str | None = None,
    export: str | os.PathLike[str] | None = None,
    warn: Callable[[str], object] | None = None,
) -> DataSummary:
    """Checks the four files of a set.

    Args:
      data_dir, source_url: see `sources.resolve`; missing files are written to `data_dir`.
      export: a directory to write the uncompressed files to, or None. Files of the same names are
        replaced.
      warn: called with a sentence about files that were copied or downloaded.

    Returns:
      Name of the set, and path, shape and SHA-256 of each file.

    Raises:
      DataError, DownloadError, OSError: as `mnist.load`, or there is no directory to create
        `data_dir` in.
    """
    files = mnist.load_and_tell(data_dir, source_url, warn or (lambda text: None))
    arrays = dict(zip(sources.NAMES, files[:4], strict=True))
    if export:
        Path(export).mkdir(parents=True, exist_ok=True)
        sources.write(export, arrays.values())
    return DataSummary(
        set=files.name,
        exported_to=os.fspath(export) if export else None,
        files=tuple(_summary(files, name, array) for name, array in arrays.items()),
    )


def _summary(files: Any, name: str, array: NDArray[np.uint8]) -> FileSummary:
    return FileSummary(
        name=name,
        path=str(files.paths[name]),
        shape=array.shape,
        sha256=files.digests[name],
        known=files.name is not None,
        counts=tuple(np.bincount(array).tolist()) if array.ndim == 1 else None,
    )
