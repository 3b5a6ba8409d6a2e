"""Reads `.npz` files: nothing is unpickled, and sizes are checked before arrays are allocated."""

import math
import os
import warnings
import zipfile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import LegacyCnnError, first_line
from legacy_cnn.files import AnyPath
from legacy_cnn.outside.archives import opened_archive

#: Bytes that the arrays of a file may take, if nothing else is said: MNIST in float64 and a half.
MAX_BYTES = 5 * 10**8

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    (3, 0): np.lib.format.read_array_header_2_0,  # the same, in UTF-8
}


def read(
    path: AnyPath, failure: type[LegacyCnnError], limit: int = MAX_BYTES, whose: str = ""
) -> dict[str, NDArray[Any]]:
    """Reads all arrays of a file.

    Args:
      path: the file.
      failure: what is raised.
      limit: bytes that its arrays may take together.
      whose: what the limit is for, as " for the network's weights".

    Raises:
      `failure`: it is no such file, is damaged, has Python's objects in it, or takes more bytes.
      OSError: it cannot be opened.
    """
    with opened_archive(path, limit, failure, ".npz", whose) as archive:
        members = archive.infolist()
        for member in members:
            with archive.open(member) as file:
                _check(file, member, f"{os.fspath(path)}", failure)
        return {_name(member): _array(archive, member) for member in members}


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(member) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a header that Python 2 has written
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        file.read()  # to the end, where the checksum is compared
        return array.astype(array.dtype.newbyteorder("="), copy=False)  # of any machine


def _check(
    file: IO[bytes], member: zipfile.ZipInfo, path: str, failure: type[LegacyCnnError]
) -> None:
    """Refuses a member that is no array of numbers, or whose header claims what it has not."""
    name = _name(member)
    try:
        version = np.lib.format.read_magic(file)
    except ValueError as error:
        raise failure(f"{path} contains something other than arrays: {member.filename}.") from error
    shape, dtype = _header(file, version, name)
    if dtype.hasobject:
        raise failure(f"{path} cannot be read as .npz ({name} contains Python's objects).")
    there = member.file_size - file.tell()
    claimed = math.prod(shape) * dtype.itemsize
    if claimed != there or min(shape, default=0) < 0 or not dtype.itemsize:
        raise failure(
            f"{path}: {name} is damaged: its header says {shape} of {dtype}, which is {claimed:,} "
            f"bytes, but it has {there:,}."
        )


def _header(
    file: IO[bytes], version: tuple[int, int], name: str
) -> tuple[tuple[int, ...], np.dtype[Any]]:
    if version not in _HEADERS:
        raise ValueError(f"{name} is of the version {version} of .npy")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape, _, dtype = _HEADERS[version](file)
    except Exception as error:  # Python's own parser reads it, which raises errors of many kinds
        raise ValueError(f"the header of {name} is damaged: {first_line(error)}") from error
    return shape, dtype
