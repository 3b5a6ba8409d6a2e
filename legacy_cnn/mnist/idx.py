"""The IDX file format of MNIST, read strictly.

A file is a big-endian header (two zero bytes, a type code, the number of dimensions, then each
dimension as an unsigned 32-bit number) and the elements in C order. The four files of MNIST and
its successors hold unsigned bytes, type code 8; other types are not supported here.
Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
"""

import gzip
import io
import math
import zlib
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn.errors import DataError
from legacy_cnn.files import AnyPath
from legacy_cnn.outside import gzipped

IMAGES_MAGIC = 2051  # 0x00000803: unsigned bytes, 3 dimensions
LABELS_MAGIC = 2049  # 0x00000801: unsigned bytes, 1 dimension

#: Largest array that is read, in bytes: a tenth more than the largest published set in this format
#: (EMNIST ByClass, 547 MB). A gzip file can unpack to a thousand times its own size.
MAX_BYTES = 600 * 10**6

#: Most labels that are read: several times as many as that set has images.
MAX_LABELS = 1 << 22

#: Largest file with such an array: what cannot be compressed grows by a little.
MAX_FILE_BYTES = MAX_BYTES + (1 << 20)

_CHUNK = 1 << 20


def read_images(file: BinaryIO) -> NDArray[np.uint8]:
    """Reads an image file, gzip or not.

    Args:
      file: a binary file, or a stream, at its beginning.

    Returns:
      uint8 array `(n, rows, columns)` in 0-255, read-only.

    Raises:
      DataError: a wrong magic number, or a damaged, truncated, over-long or too large file.
    """
    return _read(file, IMAGES_MAGIC, "image")


def read_labels(file: BinaryIO) -> NDArray[np.uint8]:
    """Reads a label file, gzip or not: uint8 array `(n,)`, read-only. Raises as `read_images`."""
    return _read(file, LABELS_MAGIC, "label")


def write(path: AnyPath, array: NDArray[np.uint8]) -> None:
    """Writes images `(n, rows, columns)` or labels `(n,)` to `path`, whole or not at all.

    A path that ends in `.gz` is compressed, without a time stamp: equal arrays give equal files.

    Raises:
      DataError: another dtype or number of dimensions.
      OSError: the file cannot be written.
    """
    array = np.asarray(array)
    if array.dtype != np.uint8 or array.ndim not in (1, 3):
        raise DataError(
            f"An IDX file holds uint8 images (n, rows, columns) or labels (n,), "
            f"not {array.dtype} of shape {array.shape}."
        )
    content = header(array) + array.tobytes()
    with files.replacing(path) as file:
        file.write(gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def header(array: NDArray[np.uint8]) -> bytes:
    """Returns the bytes that precede the elements of `array` in its file."""
    return np.array([0x800 + array.ndim, *array.shape], ">u4").tobytes()


class _Source(NamedTuple):
    """An open file, or what it unpacks to."""

    stream: BinaryIO | gzipped.Unpacked
    kind: str  # "image" or "label"
    name: str
    limit: int  # bytes that it can hold at most

    def __str__(self) -> str:
        return f"MNIST {self.kind} file {self.name}"


def _read(file: BinaryIO, magic: int, kind: str) -> NDArray[np.uint8]:
    name = getattr(file, "name", "<stream>")
    file, size = _sized(file)
    zipped = file.read(2) == gzipped.MAGIC
    file.seek(0)
    if not zipped:
        return _read_array(_Source(file, kind, name, size), magic)
    try:
        unpacked = gzipped.Unpacked(file)
        return _read_array(_Source(unpacked, kind, name, size * gzipped.MAX_RATIO), magic)
    except (EOFError, zlib.error) as error:
        raise DataError(
            f"MNIST {kind} file {name} has damaged gzip data ({error}). Replace the file."
        ) from error


def _sized(file: BinaryIO) -> tuple[BinaryIO, int]:
    """A file at its beginning, and its size; a stream that cannot seek is read whole."""
    try:
        file.seek(0, 2)  # GFile's does not return where it is
        size = file.tell()
        file.seek(0)
    except (OSError, AttributeError):
        content = file.read(MAX_FILE_BYTES)
        return io.BytesIO(content), len(content)
    return file, size


def _read_array(source: _Source, magic: int) -> NDArray[np.uint8]:
    shape = _read_shape(source, magic)
    size = math.prod(shape)
    if not size and math.prod(max(1, side) for side in shape) > MAX_BYTES:
        raise DataError(
            f"{source} declares no elements, but an array of {' x '.join(map(str, shape))}. "
            f"Replace the file."
        )
    if size > source.limit:
        raise DataError(
            f"{source} declares {size:,} bytes of data in its header, more than the file can "
            f"hold. Replace the file."
        )
    limit = MAX_LABELS if magic == LABELS_MAGIC else MAX_BYTES
    if size > limit:
        raise DataError(
            f"{source} declares {size:,} bytes of data in its header, above the limit of {limit:,}."
        )
    array = np.empty(shape, np.uint8)
    _fill(array.reshape(-1), source)
    if source.stream.read(1):
        raise DataError(f"{source} holds more data than its header declares. Replace the file.")
    array.flags.writeable = False
    return array


def _read_shape(source: _Source, magic: int) -> list[int]:
    number = int.from_bytes(source.stream.read(4), "big")
    if number != magic:
        # The first half is the old loader's own wording.
        raise DataError(
            f"Invalid magic number {number} in MNIST {source.kind} file: {source.name}; "
            f"expected {magic}."
        )
    return np.frombuffer(_read_exactly(source, 4 * (magic & 0xFF)), ">u4").tolist()


def _fill(elements: NDArray[np.uint8], source: _Source) -> None:
    for start in range(0, len(elements), _CHUNK):
        chunk = elements[start : start + _CHUNK]
        chunk[:] = np.frombuffer(_read_exactly(source, len(chunk), start), np.uint8)


def _read_exactly(source: _Source, count: int, before: int = 0) -> bytes:
    """Reads `count` bytes, after `before` bytes of the same part of the file."""
    data = source.stream.read(count)
    if len(data) < count:
        raise DataError(
            f"{source} is truncated: its data ends after {before + len(data):,} bytes. "
            f"Replace the file."
        )
    return data
