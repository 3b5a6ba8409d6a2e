"""Opens ZIP archives from outside, `.npz` and `.keras` files, after their directory was checked."""

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from legacy_cnn.errors import LegacyCnnError, first_line
from legacy_cnn.files import AnyPath
from legacy_cnn.outside.gzipped import MAX_RATIO
from legacy_cnn.outside.opening import opened

#: Members of an archive, and bytes of their list.
MOST_MEMBERS, _LONGEST_LIST = 10_000, 4 * 2**20

#: Bytes of an archive beside its members' content: names, and headers twice.
_AROUND = 16 * 2**20

#: The record at an archive's end, and the longest comment behind it. Source: APPNOTE.TXT, 4.3.16.
_END, _LONGEST_COMMENT = struct.Struct("<4s4H2LH"), 1 << 16


@contextlib.contextmanager
def opened_archive(
    path: AnyPath, limit: int, failure: type[LegacyCnnError], kind: str, whose: str = ""
) -> Iterator[zipfile.ZipFile]:
    """Opens an archive whose members are not compressed, or by DEFLATE.

    Whatever reading it in the `with` block raises because it is damaged becomes `failure`.

    Args:
      path: the file.
      limit: bytes that its members may take together, unpacked.
      failure: what is raised.
      kind: what its name ends in: ".npz".
      whose: what the limit is for, as " for the network's weights".

    Raises:
      `failure`: it is no such archive, is damaged, or takes more bytes.
      OSError: it cannot be opened.
    """
    name = os.fspath(path)
    with opened(path, limit + _AROUND, failure, f"an archive {kind}") as file:
        try:
            _check_list(file)
            with zipfile.ZipFile(file) as archive:
                _check_members(archive, os.fstat(file.fileno()).st_size)
                size = sum(member.file_size for member in archive.infolist())
                if size > limit:
                    raise failure(
                        f"{name} contains {size:,} bytes, above the limit of {limit:,}{whose}."
                    )
                yield archive
        except failure:
            raise
        # A damaged archive makes the modules that read it raise errors of many kinds.
        except (Exception, zlib.error) as error:
            reason = first_line(error).rstrip(".")
            raise failure(f"{name} cannot be read as {kind} ({reason}).") from error


def _check_list(file: BinaryIO) -> None:
    """Refuses a list of members that would take long to read."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _LONGEST_COMMENT - _END.size))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise zipfile.BadZipFile("File is not a zip file")
    if b"PK\x06\x07" in tail[max(0, at - 20) : at]:
        raise zipfile.BadZipFile("it is written for more than 4 GB or 65,535 members")
    members, size = _END.unpack_from(tail, at)[4:6]
    if members > MOST_MEMBERS or size > _LONGEST_LIST:
        raise zipfile.BadZipFile(f"it has more than {MOST_MEMBERS:,} members")
    file.seek(0)


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    """Refuses what cannot be, or is no file of NumPy or Keras: before anything is unpacked."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise zipfile.BadZipFile(f"it has more than {MOST_MEMBERS:,} members")
    if len({member.filename for member in members}) < len(members):
        raise zipfile.BadZipFile("it has two members of one name")
    for member in members:
        if member.flag_bits & 1:
            raise zipfile.BadZipFile("it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("it is compressed in another way than by DEFLATE")
        if member.compress_size > size or member.file_size > member.compress_size * MAX_RATIO:
            raise zipfile.BadZipFile("a member claims to be larger than it can be")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise zipfile.BadZipFile("a member is a link")
