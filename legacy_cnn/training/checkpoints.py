"""Checkpoints: written completely or not at all, and restored from the newest readable one.

A checkpoint is a directory, `step-000429`, that is written under another name and renamed. It
contains TensorFlow's two files (`model.index`, `model.data-00000-of-00001`, in the format of
`tf.compat.v1.train.Saver`, with the names of the vocabulary) and `progress.json`, the part of the
run's state that is not in the program. Whatever else lies beside checkpoints, such as a copy that
somebody has made of one, is left alone.
"""

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn.errors import RunError, as_warning, first_line, operation_failure
from legacy_cnn.outside.checkpoints import opened_checkpoint
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.programs.program import Program
from legacy_cnn.results import jsonvalues
from legacy_cnn.training.progress import Progress

#: The names of checkpoints.
_NAME = re.compile(r"step-[0-9]{6,}")

#: Errors of a disk without room, for this user or at all.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: Number of checkpoints that a run keeps, the newest ones.
MOST = 3


class Checkpoints:
    """The checkpoints of a run."""

    def __init__(
        self, directory: str | PathLike[str], warn: Callable[[str], object] | None = None
    ) -> None:
        """Names the directory, which need not exist yet.

        Args:
          directory: where the checkpoints are, or will be.
          warn: called with a sentence for each damaged checkpoint that is skipped, and for what is
            moved out of the way of a new one; None makes Python's warnings of them.
        """
        self._directory = Path(directory)
        self._warn = warn or as_warning

    def save(self, program: Program, progress: dict[str, Any], is_new: bool = False) -> None:
        """Writes a checkpoint of `program` and `progress`; it is named by the "step" of `progress`.

        Args:
          program: the program.
          progress: what belongs to it.
          is_new: whether there is no run yet, and none will be left if this fails.

        Raises:
          OSError: the directory cannot be written, or the disk is full.
        """
        try:
            self._save(program, progress)
        except (OSError, tf.errors.OpError) as error:
            raise self._failure(error, is_new) from error

    def restore(self, program: Program) -> dict[str, Any] | None:
        """Loads the newest undamaged checkpoint into `program`.

        Returns:
          Its progress, or None if there is no checkpoint at all.

        Raises:
          RunError: all are damaged, or one is of another program.
        """
        checkpoints = newest_first(self._directory)
        skipped = []
        for path in checkpoints:
            try:
                progress, state = _read(path)
            except _Damaged as damage:
                skipped.append(
                    f"The checkpoint {path} is damaged ({damage}); using the one before."
                )
                continue
            for sentence in skipped:
                self._warn(sentence)
            _check_shapes(path, state, program)
            program.load(state)
            return progress
        if checkpoints:
            reasons = " ".join(skipped[:1]).replace("; using the one before", "")
            raise RunError(
                f"No checkpoint in {self._directory} can be read; train again. {reasons}"
            )
        return None

    def _save(self, program: Program, progress: dict[str, Any]) -> None:
        self._directory.mkdir(exist_ok=True)
        target = self._directory / _name(progress["step"])
        self._make_way(target)
        # A step is written again at the end of its epoch, when a run is stopped after it, and when
        # its checkpoint was damaged and skipped.
        with files.new_directory(target, replace=True) as temporary:
            _write(program, temporary, progress)
        self._remove_old(target)

    def _failure(self, error: Exception, is_new: bool) -> OSError:
        """The error that says what has become of the run."""
        why = (isinstance(error, OSError) and error.strerror) or operation_failure(error)
        if is_new:
            advice = "nothing is left of the run: {} and try again"
        elif newest_first(self._directory):
            advice = "earlier ones are kept: {} and resume the run"
        else:
            advice = "there is no earlier one: {} and resume the run, which begins again"
        is_full = not isinstance(error, OSError) or error.errno in _FULL
        advice = advice.format("make room" if is_full else "mend that")
        reason = f"the checkpoint could not be written ({why}); {advice}"
        return OSError(None, reason, str(self._directory))

    def _make_way(self, target: Path) -> None:
        """Moves what is no directory, such as a user's file, out of the way of a checkpoint."""
        if os.path.lexists(target) and not _is_directory(target):
            kept = target.with_name(f"{target.name}.{secrets.token_hex(3)}.kept")
            os.rename(target, kept)
            self._warn(f"{target} was no checkpoint; it is now called {kept.name}.")

    def _remove_old(self, newest: Path) -> None:
        _point_to(newest)
        # Newer ones were damaged when the run was resumed: they are none of the newest three.
        done = [path for path in newest_first(self._directory) if _step(path) <= _step(newest)]
        for old in filter(_is_directory, done[MOST:]):
            shutil.rmtree(old, ignore_errors=True)
        files.remove_abandoned(self._directory, _NAME.pattern)


def _name(step: int) -> str:
    return f"step-{step:06}"


def _step(path: Path) -> int:
    return int(path.name.removeprefix("step-"))


def _is_directory(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def _point_to(newest: Path) -> None:
    """Writes the file that `tf.train.latest_checkpoint` reads."""
    # Not by TensorFlow, which logs a line each time.
    with contextlib.suppress(IsADirectoryError, files.IrreplaceableError):
        text = f'model_checkpoint_path: "{newest.name}/model"\n'
        files.write_text(newest.with_name("checkpoint"), text)


def newest_first(directory: Path) -> list[Path]:
    """Returns what has the name of a checkpoint in `directory`, by step; it may be damaged."""
    if not directory.is_dir():
        return []
    found = (path for path in directory.iterdir() if _NAME.fullmatch(path.name))
    return sorted((path for path in found if path.name == _name(_step(path))), key=_step)[::-1]


def _write(program: Program, directory: Path, progress: dict[str, Any]) -> None:
    _write_state(program, directory)
    for path in directory.iterdir():
        with open(path, "rb") as file:
            os.fsync(file.fileno())
    sealed = {"progress": progress, "sha256": _seal(progress)}
    files.write_json(directory / "progress.json", sealed)


def _write_state(program: Program, directory: Path) -> None:
    state = program.state()
    tf.raw_ops.SaveV2(
        prefix=os.fsencode(directory / "model"),  # a name need not be UTF-8
        tensor_names=list(state),
        shape_and_slices=[""] * len(state),
        tensors=list(state.values()),
    )


class _Damaged(Exception):
    """A checkpoint cannot be read; the message says why."""


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The progress and the state in a checkpoint; every byte is read against a checksum."""
    try:
        progress = _read_progress(path / "progress.json")
        if _name(progress["step"]) != path.name:
            raise ValueError(f"it is a copy of {_name(progress['step'])}")
        reader = opened_checkpoint(path / "model", RunError)
        names = reader.get_variable_to_shape_map()
        return progress, {name: reader.get_tensor(name) for name in names}
    # For each kind of damage, TensorFlow's reader raises another of Python's errors.
    except (
        RunError, OSError, ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError
    ) as error:  # fmt: skip
        raise _Damaged(first_line(error)) from error


def _read_progress(path: Path) -> dict[str, Any]:
    """The progress, which is what was written, and could have been."""
    sealed = jsonvalues.from_json(read_json(path, what="a file of a run"), _Sealed, path.name)
    if sealed.sha256 != _seal(sealed.progress):
        raise ValueError(f"{path.name} does not match its checksum")
    Progress.from_json(sealed.progress)
    return sealed.progress


@dataclasses.dataclass(frozen=True)
class _Sealed:
    """The content of progress.json."""

    progress: dict[str, Any]
    sha256: str


def _seal(progress: dict[str, Any]) -> str:
    """The checksum of `progress.json`; TensorFlow's files have their own."""
    return hashlib.sha256(json.dumps(progress).encode()).hexdigest()


def _check_shapes(path: Path, state: dict[str, NDArray[Any]], program: Program) -> None:
    """Raises RunError if the state is that of another program."""
    shapes = {name: list(value.shape) for name, value in state.items()}
    expected = program.shapes()
    names = sorted(shapes.keys() | expected.keys())
    for name in names:
        if shapes.get(name) != expected.get(name):
            raise RunError(
                f"{path} is a checkpoint of another program: {name} is "
                f"{shapes.get(name, 'missing')}, expected {expected.get(name, 'nothing')}."
            )
