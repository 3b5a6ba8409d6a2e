"""The IDX file format of MNIST, read strictly.

A file is a big-endian header (two zero bytes, a type code, the number of dimensions, then each
dimension as an unsigned 32-bit number) and the elements in C order. The four files of MNIST and
its successors hold unsigned bytes, type code 8, and so does everything here.
Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
"""

import gzip
import math
import zlib

import numpy as np

from legacy_cnn import files
from legacy_cnn.errors import DataError

IMAGES_MAGIC = 2051  # 0x00000803: unsigned bytes, 3 dimensions
LABELS_MAGIC = 2049  # 0x00000801: unsigned bytes, 1 dimension

#: Largest array that is read, in bytes: twice the largest published set in this format
#: (EMNIST ByClass, 547 MB). A gzip file can promise a thousand times its own size.
MAX_BYTES = 1 << 30

#: DEFLATE shrinks by at most this factor (zlib technical details: 258 bytes in two bits).
_MAX_GZIP_RATIO = 1032
_CHUNK = 1 << 20


def read_images(file):
    """Reads an image file, gzip or not.

    Args:
      file: a seekable binary file at its beginning.

    Returns:
      uint8 array `(n, rows, columns)` in 0-255, read-only.

    Raises:
      DataError: a wrong magic number, a damaged, short or over-long file, or one above `MAX_BYTES`.
    """
    return _read(file, IMAGES_MAGIC, "image")


def read_labels(file):
    """Reads a label file, gzip or not: uint8 array `(n,)`, read-only. Raises as `read_images`."""
    return _read(file, LABELS_MAGIC, "label")


def write(path, array):
    """Writes a uint8 array `(n, rows, columns)` or `(n,)` to `path`, whole or not at all.

    A path that ends in `.gz` is compressed, without a time stamp: equal arrays give equal files.

    Raises:
      DataError: another dtype or number of dimensions.
      OSError: the file cannot be written.
    """
    array = np.asarray(array)
    if array.dtype != np.uint8 or array.ndim not in (1, 3):
        raise DataError(
            f"IDX here holds uint8 images (n, rows, columns) or labels (n,), "
            f"not {array.dtype} of shape {array.shape}."
        )
    content = header(array) + array.tobytes()
    with files.replacing(path) as file:
        file.write(gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def header(array):
    """The header bytes that stand before `array` in its file."""
    return np.array([0x800 + array.ndim, *array.shape], ">u4").tobytes()


def _read(file, magic, kind):
    name = getattr(file, "name", "<stream>")
    size = file.seek(0, 2)
    file.seek(0)
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    try:
        if not zipped:
            return _read_body(file, magic, f"MNIST {kind} file: {name}", size)
        with gzip.GzipFile(fileobj=file) as stream:
            return _read_body(stream, magic, f"MNIST {kind} file: {name}", size * _MAX_GZIP_RATIO)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"Damaged gzip data in MNIST {kind} file: {name} ({error}). Replace the file."
        ) from error


def _read_body(stream, magic, what, at_most):
    """Reads header and elements; `at_most` bytes can be behind `stream`."""
    found = int.from_bytes(stream.read(4), "big")
    if found != magic:
        # The first half is the old loader's own wording.
        raise DataError(f"Invalid magic number {found} in {what}; expected {magic}.")
    shape = np.frombuffer(_exactly(stream, 4 * (magic & 0xFF), what), ">u4").tolist()
    promised = math.prod(shape)
    if promised > min(at_most, MAX_BYTES):
        raise DataError(
            f"The header promises {promised:,} bytes, more than the file can hold "
            f"or than is read ({MAX_BYTES:,}), in {what}."
        )
    array = np.empty(shape, np.uint8)
    _fill(stream, array.reshape(-1), what)
    if stream.read(1):
        raise DataError(f"There is more data than the header promises in {what}.")
    array.flags.writeable = False
    return array


def _fill(stream, flat, what):
    for start in range(0, len(flat), _CHUNK):
        part = flat[start : start + _CHUNK]
        part[:] = np.frombuffer(_exactly(stream, len(part), what, start), np.uint8)


def _exactly(stream, count, what, before=0):
    data = stream.read(count)
    if len(data) < count:
        raise DataError(
            f"The data ends after {before + len(data):,} bytes, before what the header promises, "
            f"in {what}. The file is cut off: replace it."
        )
    return data
