"""Unpacks gzip data bit by bit, strictly: no reserved flags, nothing behind its end."""

import zlib
from typing import BinaryIO

#: The first two bytes.
MAGIC = b"\x1f\x8b"
#: DEFLATE shrinks by at most this factor (zlib technical details: 258 bytes in two bits).
MAX_RATIO = 1032

#: Members that a file may have: programs that pack in parallel write one for each 64 kB.
_MOST_MEMBERS = 20_000
_CHUNK = 1 << 18
#: What tells zlib that a gzip header comes first; it refuses reserved flags there.
_GZIP = 16 + zlib.MAX_WBITS


class Unpacked:
    """A file that is read as what it unpacks to. Raises EOFError, or zlib.error for damage."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._packed = b""
        self._ready = b""
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1

    def read(self, count: int) -> bytes:
        """Returns `count` bytes; fewer only at the end."""
        parts, left = [self._ready[:count]], count - len(self._ready)
        self._ready = self._ready[count:]
        while left > 0 and not self._is_at_end():
            part = self._member.decompress(self._packed, min(left, _CHUNK))
            self._packed = self._member.unconsumed_tail
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _is_at_end(self) -> bool:
        """Whether all is unpacked; otherwise there are packed bytes, or some that are held back."""
        if self._member.eof:
            self._packed = (self._member.unused_data or self._file.read(_CHUNK)).lstrip(b"\x00")
            while not self._packed and (more := self._file.read(_CHUNK)):
                self._packed = more.lstrip(b"\x00")  # tapes are filled up with zeros
            if not self._packed:
                return True
            self._begin_member()
        if not self._packed:
            self._packed = self._file.read(_CHUNK)
            if not self._packed:
                raise EOFError("the file ends before its end-of-stream marker")
        return False

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise zlib.error(f"it has more than {_MOST_MEMBERS:,} parts")
        self._member = zlib.decompressobj(_GZIP)
