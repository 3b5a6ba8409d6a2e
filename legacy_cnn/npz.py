"""Reads `.npz` files from outside: nothing is unpickled, and sizes are checked first."""

import math
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import LegacyCnnError, first_line

#: Bytes that the arrays of a file may take, if nothing else is said; MNIST in float32 has 0.2 GB.
MAX_BYTES = 4 * 2**30


def read(
    path: str | os.PathLike[str],
    failure: type[LegacyCnnError],
    limit: int = MAX_BYTES,
    whose: str = "",
) -> dict[str, NDArray[Any]]:
    """Reads all arrays of a file.

    Args:
      path: the file.
      failure: what is raised.
      limit: bytes that its arrays may take together.
      whose: what the limit is for, as " for the network's weights".

    Raises:
      `failure`: it is no such file, is damaged, has Python's objects in it, or takes more bytes.
      OSError: it cannot be read.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > limit:
                raise failure(
                    f"{path} contains {size:,} bytes of arrays, above the limit of "
                    f"{limit:,}{whose}."
                )
            for member in archive.infolist():
                _check(archive, member, path, failure)
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError) as error:
        if isinstance(error, LegacyCnnError):
            raise
        raise failure(f"{path} cannot be read as .npz ({first_line(error)}).") from error
    except (NotImplementedError, RuntimeError, MemoryError) as error:  # of zipfile, of NumPy
        raise failure(f"{path} cannot be read as .npz ({first_line(error)}).") from error


def _check(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, failure: type[LegacyCnnError]
) -> None:
    """Refuses a member that is no array of numbers, or whose header claims what it has not."""
    with archive.open(member) as file:
        header = _header(file)
        if header is None:
            raise failure(f"{path} contains something other than arrays: {member.filename}.")
        shape, dtype = header
        there = member.file_size - file.tell()
    name = member.filename.removesuffix(".npy")
    if dtype.hasobject:
        raise failure(f"{path} cannot be read as .npz ({name} contains Python's objects).")
    claimed = math.prod(shape) * dtype.itemsize
    if claimed != there:
        raise failure(
            f"{path}: {name} is damaged: its header says {shape} of {dtype}, which is {claimed:,} "
            f"bytes, but it has {there:,}."
        )


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]] | None:
    """Shape and type of an array in an `.npy` file; None if it is not one."""
    try:
        version = np.lib.format.read_magic(file)
    except ValueError:
        return None
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    return shape, dtype
