"""Which release a program says that it was written for: in its text, or in the files beside it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from legacy_cnn.settings.running import RELEASES


class Statement(NamedTuple):
    """What a program says.

    Attributes:
      release: the one of `RELEASES` that is nearest to it.
      version: the version that is named, such as "1.3".
      place: where, as "requirements.txt:3".
    """

    release: str
    version: str
    place: str


#: The first minor version of TensorFlow 1 that behaves like each release, as `op_seeds` and the
#: variables of cells have it: 1.1 is like 1.0, and 1.2 and 1.3 are like 1.4.
_SINCE = ((5, "1.15.5"), (2, "1.4.0"), (0, "1.0.1"))

#: A version that is named as such. One that is only a bound says nothing.
_VERSION = re.compile(
    r"""(?<![\w.])(?:tensorflow(?:[-_](?:gpu|cpu))?["'`\])]*\s*(?:versions?|release)?\s*[:(]?
    \s*(?:[=~]?=\s*)?["']?|tf\ +)[vr]?((?:1|0)\.\d{1,2})(?:\.\w+)?
    (?![\w.]*\s*(?:[+,/<>-]|or\b|and\b|to\b))""",
    re.IGNORECASE | re.VERBOSE,
)
#: TensorFlow's own pages, files and packages of a release.
_LINK = re.compile(
    r"tensorflow\S*?/[rv](\d\.\d{1,2})(?:\.\d+)?/|tensorflow(?:_gpu)?-(\d\.\d{1,2})\.\d+-",
    re.IGNORECASE,
)
#: Before a version: it is then about what other releases do.
_BOUND = re.compile(
    r"(?:[<>!]=?|\b(?:since|before|until|from|than|after|older|newer|least|not|prior to|in|of|"
    r"with old|under|deprecated\w*))\s*$",
    re.IGNORECASE,
)
_REQUIREMENTS = ("requirements*.txt", "environment*.y*ml", "Pipfile", "setup.py", "README*")


def statement(script: Path, files: Iterable[Path]) -> Statement | None:
    """Finds what a program says about its release.

    Args:
      script: its path.
      files: the script and the modules that it imports from its own folders.

    Returns:
      What the text of its modules says, or else a file beside it. None if nothing is said, or
      several things that differ.
    """
    return _agreed(sorted({script, *files})) or _agreed(_beside(script.absolute().parent))


def _agreed(files: Iterable[Path]) -> Statement | None:
    """The first of the statements in some files, if they all speak of one release."""
    found = [each for file in files for each in _in_file(file)]
    return found[0] if len({each.release for each in found}) == 1 else None


def _beside(folder: Path) -> Iterator[Path]:
    """Files that say what a program requires, in its folder and in those of its repository."""
    folders = [folder]
    if not (folder / ".git").exists():
        above = [*folder.parents][:3]
        top = next((n for n, each in enumerate(above) if (each / ".git").exists()), -1)
        folders += above[: top + 1]
    for each in folders:
        for pattern in _REQUIREMENTS:
            yield from sorted(each.glob(pattern))


def _in_file(file: Path) -> Iterator[Statement]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # a pipe that was read, a folder, a file of another user
        return
    for number, line in enumerate(lines, start=1):
        for match in (*_VERSION.finditer(line), *_LINK.finditer(line)):
            version = next(filter(None, match.groups()))
            release = nearest(version)
            if release and not _BOUND.search(line[: match.start()]):
                yield Statement(release, version, f"{file.name}:{number}")


def nearest(version: str) -> str | None:
    """The one of `RELEASES` that is most like a version; None if it is no TensorFlow 0 or 1."""
    major, minor = map(int, version.split(".")[:2])
    if major == 0:
        return RELEASES[0]
    return next((each for since, each in _SINCE if minor >= since), None) if major == 1 else None
