"""The two names of the old loader's helper module, `base`, that scripts use."""

import collections
import os

from legacy_cnn.errors import DataError
from legacy_cnn.mnist import sources

#: What `read_data_sets` returns: three `DataSet`s.
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def maybe_download(filename, work_directory, source_url):
    """Returns the path of `filename` in `work_directory`, put there if it is absent.

    The four files of MNIST come from the bundle unless `source_url` names another address than
    the old default: that is the one difference from the original, whose default host is not asked.

    Args:
      filename: one of the four MNIST file names, ending in `.gz`.
      work_directory: a directory, created if it does not exist.
      source_url: the full address of the file.

    Returns:
      The path, a str.

    Raises:
      DataError: `filename` is not one of MNIST's, and is not in `work_directory` either.
      DownloadError: the mirror failed.
    """
    path = os.path.join(work_directory, filename)
    if os.path.exists(path):
        return path
    name = filename.removesuffix(".gz")
    if name not in sources.NAMES:
        raise DataError(f"{filename} is not in {work_directory} and is not a file of MNIST.")
    folder = source_url.removesuffix(filename)
    return str(sources.obtain(name, work_directory, folder if sources.mirrored(folder) else None))
