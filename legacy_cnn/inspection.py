"""`legacy-cnn data`: what the four files hold and where they come from."""

from pathlib import Path

import numpy as np

from legacy_cnn import mnist
from legacy_cnn.mnist import idx, sources


def inspect(data_dir=None, source_url=None, export=None):
    """Verifies the four files of a set.

    Args:
      data_dir, source_url: see `sources.resolve`; a `data_dir` gets what it lacks.
      export: a directory to write the uncompressed files to, or None. Files of these names that
        are there are replaced.

    Returns:
      Dict: "set" (its name, or None if it is not a known one) and "files", for each file a dict of
      "name", "path", "shape", "sha256" (of the uncompressed file), "known" (whether the set is
      known by that SHA-256), and for labels "counts": how often each value occurs.

    Raises:
      DataError, DownloadError, OSError: as `mnist.load`.
    """
    files = mnist.load(data_dir, source_url)
    arrays = dict(zip(sources.NAMES, files[:4], strict=True))
    if export:
        Path(export).mkdir(parents=True, exist_ok=True)
        for name, array in arrays.items():
            idx.write(Path(export) / name, array)
    return {
        "set": files.name,
        "exported_to": export,
        "files": [_describe(files, name, array) for name, array in arrays.items()],
    }


def _describe(files, name, array):
    description = {
        "name": name,
        "path": str(files.paths[name]),
        "shape": list(array.shape),
        "sha256": files.digests[name],
        "known": files.name is not None,
    }
    if array.ndim == 1:
        description["counts"] = np.bincount(array).tolist()
    return description
