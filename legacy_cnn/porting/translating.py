"""Writes the port of a TensorFlow 1 program in Keras 3, and proves it."""

import contextlib
import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn.errors import ParityError, RunError
from legacy_cnn.parity import loops, scripts
from legacy_cnn.parity.given import checked_feeds
from legacy_cnn.parity.ladder import compare
from legacy_cnn.parity.names import Mapping as Names
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.usercode import guarded
from legacy_cnn.porting import weights
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import differing, document
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.program import program_of
from legacy_cnn.porting.writing.running.arrays import FILE as DATA
from legacy_cnn.porting.writing.test_file import test_file
from legacy_cnn.programs import permitted
from legacy_cnn.results import Port, PortLine, Report
from legacy_cnn.settings import ParitySettings

#: What it writes.
PORT, TEST, WEIGHTS = "port.py", "test_port.py", "port.keras"


def port(
    reference: Any = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    mapping: Names | None = None,
    feeds: Mapping[str, Any] | None = None,
    replace: bool = False,
    watch: Callable[[str], object] | None = None,
    warn: Callable[[str], object] | None = None,
    **settings: Any,
) -> Port:
    """Writes a port into a folder, and compares it with what it was written from.

    Args:
      reference: as for `parity.compare`: a script above all.
      folder: a new folder; None is the reference's name with `_port`.
      mapping: names in the reference that are not found, or found elsewhere.
      feeds: what placeholders are fed: name -> (in training, otherwise).
      replace: whether the folder may exist; its files of these names are replaced.
      watch: called with what is done.
      warn: called with sentences.
      **settings: fields of `ParitySettings`.

    Returns:
      What was written, and the report of its comparison.

    Raises:
      ParityError: something has no Keras line; the sentence names the operation and its line.
      RunError: the folder exists.
    """
    chosen, target = ParitySettings(**settings), _folder(reference, folder)
    _check(target, replace)
    names, fed = mapping or Names(), None if feeds is None else checked_feeds(feeds, "feeds")
    conditions = scripts.Conditions(chosen.seed, chosen.patience, warn or (lambda text: None))
    # Whose operations tell what a loop computes.
    with loops.as_in_tensorflow_1(), permitted.trusting(chosen.trust):
        opened = open_reference(
            reference, names.reference, chosen.keep_prob, chosen.threads, fed, conditions
        )
    with opened as side:
        _check_whole(side)
        with guarded("The port could not be written"):
            program = program_of(Reading(side))
            lines = document.port(program)
        data = program.run.data
        with _removed_if_stopped(target):
            own = {**program.training.weights, **names.candidate}
            _write(target, lines, test_file(reference, target, own), data.arrays if data else {})
            report = _proven(target, side, Names(candidate=own), watch, warn, settings)
            said = differing.commented(lines, report)
            if said != lines:
                files.write_text(target / PORT, document.text_of(said))
            written = [PORT, TEST, *([DATA] if data and data.arrays else [])]
            if weights.moved(target / WEIGHTS, target / PORT, side, names, conditions.watch):
                written.append(WEIGHTS)
    return Port(side.name, str(target), tuple(written), *_results(said), report)


def _check(target: Path, replace: bool) -> None:
    """Checks where the port is to be written, before the reference is run.

    Raises:
      RunError: there is something that is not to be replaced.
    """
    if target.exists() and not target.is_dir():
        raise RunError(f"{target} is a file; choose another output.", "output")
    if target.exists() and not replace:
        raise RunError(
            f"{target} already exists; choose another output, or give replace.",
            "output",
            "replace",
        )
    parent = next(one for one in target.absolute().parents if one.exists())
    if not parent.is_dir():
        raise RunError(f"{parent} is a file; choose another output.", "output")
    if not os.access(parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(parent))


def _check_whole(side: GraphSide) -> None:
    """Refuses a script that does more to its weights than the steps that a port has.

    Raises:
      ParityError: it was seen to.
    """
    doubts = side.recorded.doubts if side.recorded is not None else ()
    if doubts:
        raise ParityError(f"{side.name} is not ported: {doubts[0]}.")


@contextlib.contextmanager
def _removed_if_stopped(target: Path) -> Iterator[None]:
    """Removes a new folder if the block is stopped; an error leaves the port, to be looked at."""
    is_new = not target.exists()
    try:
        yield
    except KeyboardInterrupt:
        if is_new:
            shutil.rmtree(target, ignore_errors=True)
        raise


def _results(lines: list[Line]) -> tuple[tuple[PortLine, ...], dict[str, str]]:
    """The lines of the port, and the files that they come from."""
    origins = [line.origin for line in lines]
    written = tuple(
        PortLine(line.text, origin.file if origin else "", origin.line if origin else 0)
        for line, origin in zip(lines, origins, strict=True)
    )
    names = dict.fromkeys(origin.file for origin in origins if origin)
    return written, {
        name: Path(name).read_text("utf-8", "replace") for name in names if Path(name).is_file()
    }


def _folder(reference: Any, folder: Any) -> Path:
    if folder is not None:
        return Path(folder)
    name = getattr(reference, "__name__", str(reference or "tutorial"))
    command = scripts.command_of(name)
    path, _, function = (str(command.script) if command else name).partition(":")
    return Path(f"{function or Path(path).stem}_port")


def _write(target: Path, lines: list[Line], test: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes all files, or none."""
    texts = {PORT: document.text_of(lines), TEST: test}
    contents = {name: text.encode() for name, text in texts.items()}
    if arrays:
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **arrays)
        contents[DATA] = packed.getvalue()
    if not target.exists():
        with files.new_directory(target) as folder:
            for name, content in contents.items():
                (folder / name).write_bytes(content)
        return
    for name, content in contents.items():
        with files.replacing(target / name) as file:
            file.write(content)


def _proven(
    target: Path,
    side: GraphSide,
    names: Names,
    watch: Callable[[str], object] | None,
    warn: Callable[[str], object] | None,
    settings: dict[str, Any],
) -> Report:
    """Compares what lies in the file."""
    path = str((target / PORT).resolve())
    for name, module in list(sys.modules.items()):  # of an older port in this file
        if getattr(module, "__file__", None) == path:
            del sys.modules[name]
    try:
        return compare(
            f"{target / PORT}:build_model",
            reference=side,
            mapping=names,
            watch=watch,
            warn=warn,
            **settings,
        )
    except ParityError as error:
        raise ParityError(f"{target / PORT} was written, but not compared. {error}") from error
