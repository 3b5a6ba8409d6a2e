"""Whether the answer to a lesson's exercise is right, and if not, what is wrong with it."""

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path

import tensorflow as tf

from legacy_cnn.errors import LegacyCnnError, UsageError
from legacy_cnn.training.checkpoints import cause_of


class Wrong(LegacyCnnError):
    """An answer is not right; the text says what is wrong."""


def require(right, text):
    """Raises Wrong with `text`, a sentence, unless `right`."""
    if not right:
        raise Wrong(text)


def check(lesson, path=None):
    """Checks the answer to the exercise of a lesson.

    Args:
      lesson: a `Lesson`.
      path: of the answer, a Python file; None is `exercise_N.py` in the current directory.

    Returns:
      A sentence about what the right answer shows.

    Raises:
      Wrong: the answer is not right.
      UsageError: there is no such file.
    """
    path = Path(path or f"exercise_{lesson.number}.py")
    exercise = importlib.import_module(f"legacy_cnn.lessons.exercises.{lesson.name}")
    answer = _imported(path)
    function = getattr(answer, exercise.ASKED_FOR, None)
    require(callable(function), f"{path} has no function called {exercise.ASKED_FOR}.")
    try:
        return exercise.check(function)
    except Wrong:
        raise
    except (Exception, SystemExit) as error:
        raise Wrong(f"{exercise.ASKED_FOR} stopped: {_where(error, path)}") from error


def _imported(path):
    if not path.is_file():
        raise UsageError(f"There is no {path}: write the answer there, or name its file.")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise UsageError(f"{path} is no Python file: its name must end in .py.")
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise Wrong(f"{path} cannot be imported: {_where(error, path)}") from error
    return module


def _where(error, path):
    """An error in a line: its type, what it says, and the line of the answer it came from."""
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__)
             if Path(each.filename).name == path.name]  # fmt: skip
    if isinstance(error, tf.errors.OpError):
        said = cause_of(error)
    else:
        said = (str(error).strip() or "no message").splitlines()[0]
    place = f", from line {lines[-1]} of {path}" if lines else ""
    return f"{type(error).__name__}: {said}{place}"
