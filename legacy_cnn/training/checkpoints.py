"""Checkpoints that are there whole or not at all, and the newest of them that is sound.

Each is a directory, `step-000429`, made beside its place and renamed into it: TensorFlow's two
files (`model.index`, `model.data-00000-of-00001`, in the format of `tf.compat.v1.train.Saver`,
under the one vocabulary) and `progress.json`, the part of the run's state that is not in the model.
"""

import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

import tensorflow as tf

from legacy_cnn import files
from legacy_cnn.errors import RunError

KEPT = 3


class Checkpoints:
    def __init__(self, directory, warn):
        """
        Args:
          directory: where they are, or will be.
          warn: called with a sentence for each checkpoint that had to be passed over.
        """
        self._directory = Path(directory)
        self._warn = warn

    def save(self, model, progress):
        """Writes a checkpoint of `model` and of the dict `progress`, whose "step" names it.

        Raises:
          OSError: the directory cannot be written, or the disk is full.
        """
        self._directory.mkdir(exist_ok=True)
        temporary = self._directory / f".writing-{secrets.token_hex(6)}"
        target = self._directory / f"step-{progress['step']:06}"
        temporary.mkdir()
        try:
            _write(model, temporary, progress)
            shutil.rmtree(target, ignore_errors=True)  # a damaged one that was passed over
            os.rename(temporary, target)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        self._forget_old(target)

    def restore(self, model):
        """Loads the newest sound checkpoint into `model`.

        Returns:
          Its progress, or None if there is no checkpoint at all.

        Raises:
          RunError: all are damaged, or one is of another model.
        """
        found = newest_first(self._directory)
        for path in found:
            problem, progress = _examine(path, model)
            if problem is None:
                model.restore(str(path / "model"))
                return progress
            self._warn(f"The checkpoint {path} is damaged ({problem}); using the one before it.")
        if found:
            raise RunError(f"No checkpoint in {self._directory} can be read; train again.")
        return None

    def _forget_old(self, newest):
        # The file that tf.train.latest_checkpoint reads.
        tf.compat.v1.train.update_checkpoint_state(str(self._directory), f"{newest.name}/model")
        for old in newest_first(self._directory)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
        for abandoned in self._directory.glob(".writing-*"):
            shutil.rmtree(abandoned, ignore_errors=True)


def newest_first(directory):
    """The checkpoints in `directory`; by length first, as a million steps has a digit more."""
    return sorted(directory.glob("step-*"), key=lambda path: (len(path.name), path.name))[::-1]


def _write(model, directory, progress):
    try:
        model.save(str(directory / "model"))
    except tf.errors.OpError as error:
        reason = (
            f"the checkpoint could not be written ({cause_of(error)}); those before it are kept: "
            f"make room and resume the run"
        )
        raise OSError(None, reason, str(directory.parent)) from error
    for path in directory.iterdir():
        with open(path, "rb") as file:
            os.fsync(file.fileno())
    sealed = {"progress": progress, "sha256": _seal(progress)}
    files.write_json(directory / "progress.json", sealed)


def cause_of(error):
    """What went wrong in a TensorFlow operation, in one line, without where it was defined.

    A Session wraps the operation's own error in one that begins with pages of Python stack.
    """
    own = error.__context__ if isinstance(error.__context__, tf.errors.OpError) else error
    return own.message.splitlines()[0]


def _read_progress(path):
    sealed = json.loads(path.read_text())
    if sealed["sha256"] != _seal(sealed["progress"]):
        raise ValueError(f"{path.name} does not match its checksum")
    return sealed["progress"]


def _seal(progress):
    """TensorFlow's files have checksums of their own; this is the one of ours."""
    return hashlib.sha256(json.dumps(progress).encode()).hexdigest()


def _examine(path, model):
    """Returns what is damaged in a checkpoint (None if nothing is), and its progress."""
    try:
        progress = _read_progress(path / "progress.json")
        reader = tf.train.load_checkpoint(str(path / "model"))
        shapes = reader.get_variable_to_shape_map()
        expected = model.shapes()
        if shapes == expected:
            for name in shapes:
                reader.get_tensor(name)  # reads every byte against its checksum
            return None, progress
    # TensorFlow's reader raises errors of Python's, a different one for each kind of damage.
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, tf.errors.OpError) as error:
        return str(error).splitlines()[0], None
    differing = sorted(
        name for name in shapes.keys() | expected.keys() if shapes.get(name) != expected.get(name)
    )
    raise RunError(
        f"{path} is a checkpoint of another model: {differing[0]} is "
        f"{shapes.get(differing[0], 'missing')}, expected {expected.get(differing[0], 'nothing')}."
    )
