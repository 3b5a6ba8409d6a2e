"""Reads a trace: what a TensorFlow 1 program computed in a few steps, on an old release.

A trace is an `.npz` file of plain arrays that comes from outside. Nothing in it is unpickled, and
the sizes of all arrays are checked against its index before any is allocated.
"""

import contextlib
import dataclasses
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import TraceError, first_line
from legacy_cnn.files import AnyPath
from legacy_cnn.originals import index as indexing
from legacy_cnn.originals.index import ArrayEntry, Environment, Index, Places

__all__ = ["Environment", "KeptStep", "Trace", "read_trace"]

#: Bytes that all arrays of a trace may take together.
LARGEST = 8 * 2**30
#: Bytes that the index may take; as Python's objects, thirty times as many.
LARGEST_INDEX = 32 * 2**20
#: Bytes of a compressed member: the recorder stores what is larger as it is. So no file takes much
#: more memory than it has bytes.
LARGEST_COMPRESSED = 2**20 + 4096
#: Bytes that all compressed members may take together.
ALL_COMPRESSED = 2 * 2**30

#: Name of a tensor, or of a variable's operation -> its value.
Arrays = dict[str, NDArray[Any]]


@dataclasses.dataclass(frozen=True)
class KeptStep:
    """One step: from what it was computed, and what came of it."""

    number: int  #: from 1
    session: int  #: which of the script's sessions, from 0
    graph: int  #: which of its graphs, from 0
    targets: tuple[str, ...]  #: operations that the script ran
    feeds: Arrays  #: what the script fed
    noise: Arrays  #: what random operations drew
    idle: tuple[str, ...]  #: random operations in branches that did not run
    delivered: Arrays  #: what queues, datasets, readers and Python functions delivered
    fetched: Arrays  #: what the script fetched
    #: Those fetched tensors that are a variable's memory: whether they have its value before or
    #: after the update is a matter of chance.
    shared: tuple[str, ...]
    tensors: Arrays  #: other tensors on the way
    before: Arrays  #: the variables before the step, by the name of their operation
    after: Arrays  #: and after it

    @property
    def given(self) -> Arrays:
        """Everything that is fed when the step is replayed."""
        return {**self.noise, **self.delivered, **self.feeds}


@dataclasses.dataclass(frozen=True)
class Trace:
    """A trace in a file; steps and graphs are read when they are asked for."""

    path: Path
    environment: Environment
    steps: int  #: how many steps were seen; only those of `kept` can be read
    kept: tuple[int, ...]  #: numbers of the steps that can be read
    notes: tuple[str, ...]  #: sentences about what could not be recorded
    #: Name of each scalar that was fetched -> numbers of the steps, and its values.
    curves: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
    _index: Index = dataclasses.field(repr=False)

    def step(self, number: int) -> KeptStep:
        """Reads a step.

        Args:
          number: one of `kept`.

        Raises:
          TraceError: the step was not kept, or the file is damaged.
        """
        if number not in self.kept:
            raise TraceError(f"{self.path} keeps the steps {self.kept}, not step {number}.")
        entry = self._index.kept[self.kept.index(number)]
        with _opened(self.path) as archive:

            def read(places: Places) -> Arrays:
                found = {name: place for name, place in places.items() if place is not None}
                return {
                    name: _read_array(archive, place, self._index) for name, place in found.items()
                }

            arrays: dict[str, Any] = {
                field.name: read(getattr(entry, field.name))
                for field in dataclasses.fields(KeptStep)
                if isinstance(getattr(entry, field.name), dict)
            }
        names = ("number", "session", "graph", "targets", "idle", "shared")
        facts: dict[str, Any] = {name: getattr(entry, name) for name in names}
        return KeptStep(**facts, **arrays)

    def unrecorded(self, number: int) -> tuple[str, ...]:
        """The feeds, noise and deliveries of a step that are of a type that was not recorded."""
        entry = self._index.kept[self.kept.index(number)]
        given = {**entry.feeds, **entry.noise, **entry.delivered}
        return tuple(name for name, place in given.items() if place is None)

    def graph(self, number: int) -> bytes:
        """Reads the GraphDef of a graph, which nobody has checked yet."""
        with _opened(self.path) as archive:
            return _read_array(archive, self._index.graphs[number].array, self._index).tobytes()

    def origins(self, graph: int) -> dict[str, tuple[tuple[str, int], ...]]:
        """Operation -> the lines of the script that made it: (file, line), the innermost last."""
        return self._index.graphs[graph].origins

    def trainable(self, graph: int) -> tuple[str, ...]:
        """The names of the operations of a graph's trainable variables."""
        return self._index.graphs[graph].trainable


def read_trace(path: AnyPath) -> Trace:
    """Reads a trace that `record_tf1.py` has written, and checks every byte of it.

    Args:
      path: the `.npz` file.

    Raises:
      TraceError: it is damaged, or no such trace.
      OSError: it cannot be read.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise TraceError(f"{path} is not a regular file; expected a trace.")
    with _opened(path) as archive:
        _check_members(archive)
        index = indexing.parse(_read_index(archive))
        _check_sizes(archive, index)
        damaged = archive.testzip()
        if damaged is not None:
            raise TraceError(f"The member {damaged} is damaged.")
        curves = {
            each.tensor: (
                _read_array(archive, each.steps, index),
                _read_array(archive, each.values, index),
            )
            for each in index.history
        }
    kept = tuple(each.number for each in index.kept)
    return Trace(path, index.environment, index.steps, kept, index.notes, curves, index)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever a damaged one raises becomes a sentence that names the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except TraceError as error:
        raise TraceError(f"{path} cannot be read as a trace. {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise TraceError(f"{path} cannot be read as a trace: {first_line(error)}.") from error


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len({each.filename for each in members}) < len(members):
        raise TraceError("It has two members of one name.")
    if sum(each.file_size for each in members) > LARGEST:
        raise TraceError(f"Its arrays take more than {LARGEST:,} bytes.")
    compressed = [each for each in members if each.compress_type != zipfile.ZIP_STORED]
    for each in members:
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise TraceError("It is compressed in a way that the recorder does not use.")
        if each.flag_bits & 1:
            raise TraceError("It is encrypted.")
    if (
        any(each.file_size > LARGEST_COMPRESSED for each in compressed)
        or sum(each.file_size for each in compressed) > ALL_COMPRESSED
    ):
        raise TraceError("A compressed member is larger than any that the recorder compresses.")


def _read_index(archive: zipfile.ZipFile) -> bytes:
    try:
        size = archive.getinfo("index.npy").file_size
    except KeyError as error:
        raise TraceError("It has no index.") from error
    if size > LARGEST_INDEX:
        raise TraceError(f"Its index takes more than {LARGEST_INDEX:,} bytes.")
    shape, dtype, content = _parsed(archive.read("index.npy"))
    if dtype != np.uint8 or len(shape) != 1 or len(content) != shape[0]:
        raise TraceError("Its index is not of bytes.")
    return bytes(content)


def _check_sizes(archive: zipfile.ZipFile, index: Index) -> None:
    expected = {"index.npy", *(f"array_{place}.npy" for place in range(len(index.arrays)))}
    if set(archive.namelist()) != expected:
        raise TraceError("It does not have exactly the arrays that its index names.")
    for place, entry in enumerate(index.arrays):
        size = archive.getinfo(f"array_{place}.npy").file_size
        least = 0 if entry.dtype == "string" else entry.size * indexing.dtype_of(entry).itemsize
        if size < least:
            raise TraceError(f"Array {place} takes {size:,} bytes, its index says {least:,}.")


def _read_array(archive: zipfile.ZipFile, place: int, index: Index) -> NDArray[Any]:
    entry = index.arrays[place]
    shape, dtype, content = _parsed(archive.read(f"array_{place}.npy"))
    expected = indexing.dtype_of(entry)
    is_string = entry.dtype == "string"
    if dtype != expected or (len(shape) != 1 if is_string else shape != entry.shape):
        raise TraceError(
            f"Array {place} is {dtype} {shape}, its index says {entry.dtype} {entry.shape}."
        )
    size = shape[0] if is_string else entry.size
    if len(content) != size * expected.itemsize:
        raise TraceError(f"Array {place} is truncated.")
    array = np.frombuffer(content, expected)
    if is_string:
        return _strings(array.tobytes(), entry, index, archive)
    return array.reshape(entry.shape).copy()


def _strings(
    content: bytes, entry: ArrayEntry, index: Index, archive: zipfile.ZipFile
) -> NDArray[Any]:
    assert entry.lengths is not None  # its index was checked
    lengths = _read_array(archive, entry.lengths, index)
    if lengths.size and (lengths.min() < 0 or lengths.max() > len(content)):
        raise TraceError("The lengths of strings do not fit them.")
    ends = np.cumsum(lengths)
    if (ends[-1] if ends.size else 0) != len(content):
        raise TraceError("The lengths of strings do not fit them.")
    strings = np.empty(entry.size, object)
    strings[:] = [content[end - length : end] for length, end in zip(lengths, ends, strict=True)]
    return strings.reshape(entry.shape)


def _parsed(member: bytes) -> tuple[tuple[int, ...], np.dtype[Any], memoryview]:
    """Shape, type and bytes of an .npy file; nothing is allocated for what it claims to have."""
    file = io.BytesIO(member)
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, is_fortran, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise TraceError(f"An array is of the version {version} of .npy.")
    if is_fortran or dtype.hasobject or dtype.kind not in "biufc":
        raise TraceError(f"An array is of the type {dtype}, expected plain numbers in C order.")
    return shape, dtype, memoryview(member)[file.tell() :]
