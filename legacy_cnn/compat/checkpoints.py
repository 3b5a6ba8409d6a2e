"""What is said of a checkpoint that is not there: an old release looked for its folder first."""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.patching import patched

#: How an old release said that it found no checkpoint.
_NO_READER = "Unsuccessful TensorSliceReader constructor: Failed to"
#: What the system said was left out up to then.
_WITHOUT_REASON = ("0.12.1", "1.0.1")
#: Savers of these look whether there is a checkpoint before they restore it.
_LOOKS_FIRST = ("1.15.5",)


def no_folder(path: Any) -> str:
    """What is said of a path or a pattern whose folder is not there; "" if it is.

    Args:
      path: a file's, or a pattern, of which the folder counts that comes before its first star.
    """
    text = os.fspath(path)
    text = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    if "://" in text:  # a file system of TensorFlow's
        return ""
    folder = os.path.dirname(_before_stars(text)) or "."
    if os.path.isdir(folder):
        return ""
    reason = "" if options.release() in _WITHOUT_REASON else "; No such file or directory"
    return f"{folder}{reason}"


def _before_stars(pattern: str) -> str:
    at = min((pattern.find(each) for each in "*?[\\" if each in pattern), default=len(pattern))
    return pattern[:at]


def looking(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a path that first looks whether the folder is there.

    It raises:
      NotFoundError: the folder is not there.
    """

    @functools.wraps(function)
    def called(path: Any, *arguments: Any, **keywords: Any) -> Any:
        if missing := no_folder(path):
            raise tf.errors.NotFoundError(None, None, missing)
        return function(path, *arguments, **keywords)

    return called


def reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that reads a checkpoint.

    It raises:
      InvalidArgumentError: the folder is not there.
    """

    @functools.wraps(function)
    def called(path: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(path, str | bytes) and (missing := no_folder(path)):
            raise _not_matched(path, missing)
        return function(path, *arguments, **keywords)

    return called


def _not_matched(path: Any, missing: str) -> tf.errors.InvalidArgumentError:
    name = tf.compat.as_str_any(path)
    text = f"{_NO_READER} get matching files on {name}: Not found: {missing}"
    return tf.errors.InvalidArgumentError(None, None, text)


@contextlib.contextmanager
def old_restoring() -> Iterator[None]:
    """Savers say what they said of a checkpoint that is not there, in the block."""
    restore = tf.train.Saver.restore

    @functools.wraps(restore)
    def restored(self: Any, sess: Any, save_path: Any) -> None:
        if isinstance(save_path, str | bytes):
            _look_for(save_path)
        restore(self, sess, save_path)

    with patched(tf.train.Saver, "restore", restored):
        yield


def _look_for(path: Any) -> None:
    """Looks for a checkpoint as the release did.

    Raises:
      NotFoundError: it is not there.
      InvalidArgumentError: its folder is not there.
    """
    missing = no_folder(path)
    if options.release() in _LOOKS_FIRST:
        if missing:
            raise tf.errors.NotFoundError(None, None, missing)
        return
    if missing:
        raise _not_matched(path, missing)
    if not tf.train.checkpoint_exists(path):
        text = f"{_NO_READER} find any matching files for {tf.compat.as_str_any(path)}"
        raise tf.errors.NotFoundError(None, None, text)
