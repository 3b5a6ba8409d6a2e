"""A limit on the memory that a block takes."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

try:
    import resource
except ModuleNotFoundError:  # on Windows
    resource = None  # type: ignore[assignment]

#: Where Linux says how much a process has, in kilobytes.
_STATUS = Path("/proc/self/status")


@contextlib.contextmanager
def limited(more: int) -> Iterator[None]:
    """Has the system refuse, in the block, more than so many bytes above what the process has.

    TensorFlow then raises a ResourceExhaustedError. Other systems than Linux refuse nothing.

    Args:
      more: bytes; 0 is any number.
    """
    if not more or resource is None or not _STATUS.exists():
        yield
        return
    kilobytes = re.search(r"^VmData:\s*(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = (int(kilobytes[1]) * 1024 if kilobytes else 0) + more
    allowed = [one for one in (wanted, before, most) if one != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(allowed), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))
