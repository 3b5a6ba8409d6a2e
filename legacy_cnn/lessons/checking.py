"""Checks the answer to a lesson's exercise."""

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from legacy_cnn.errors import LegacyCnnError, UsageError, described
from legacy_cnn.lessons import Lesson, answer


class WrongAnswer(LegacyCnnError):
    """The answer to an exercise is wrong. The text says what is wrong."""


def require(condition: object, text: str) -> None:
    """Raises `WrongAnswer` with a text, one or more sentences, unless a condition is true."""
    if not condition:
        raise WrongAnswer(text)


def check(lesson: Lesson, path: str | Path | None = None) -> str:
    """Checks the answer to the exercise of a lesson.

    Args:
      lesson: the lesson.
      path: the Python file with the answer; None is that of `answer`.

    Returns:
      A sentence about what the correct answer shows.

    Raises:
      WrongAnswer: the answer is wrong.
      UsageError: the file does not exist.
    """
    path = answer(lesson, path)
    exercise = importlib.import_module(f"legacy_cnn.lessons.exercises.{lesson.name}")
    name = exercise.FUNCTION
    function = getattr(_import(path), name, None)
    require(callable(function), f"{path} has no function `{name}`.")
    try:
        return exercise.check(function)
    except WrongAnswer:
        raise
    except (Exception, SystemExit) as error:
        raise WrongAnswer(f"`{name}` raised {_located(error, path)}") from error


def _import(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise UsageError(f"{path} is not a Python file. Its name must end in .py.")
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise WrongAnswer(f"Importing {path} raised {_located(error, path)}") from error
    return module


def _located(error: BaseException, path: Path) -> str:
    """An error in one line: its type, its message, and the line of the answer that raised it."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == path.name
    ]
    place = f" (line {lines[-1]} of {path})" if lines else ""
    return f"{described(error)}{place}"
