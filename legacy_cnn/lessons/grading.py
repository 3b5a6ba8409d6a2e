"""Checks the answers of a class, each in a process of its own."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from legacy_cnn.errors import UsageError
from legacy_cnn.lessons import lessons
from legacy_cnn.processes.child import Child

#: What is said of a right answer.
RIGHT = "right"
#: Learner -> number of an exercise -> `RIGHT`, or what is wrong.
Grades = dict[str, dict[int, str]]

_ANSWER = re.compile(r"exercise_(\d+)\.py$")


def grades(folder: str | Path, limit: int, say: Callable[[str], object]) -> Grades:
    """Checks all answers in a folder of learners' folders.

    Args:
      folder: it has a folder for each learner, with `exercise_1.py` and so on.
      limit: seconds that an answer may take.
      say: called with each learner's name, as it is their turn.

    Raises:
      UsageError: there is no such folder, or no answer in it.
    """
    if not Path(folder).is_dir():
        raise UsageError(f"{folder} is no folder of learners' folders.")
    known = {lesson.number for lesson in lessons()}
    found: Grades = {}
    for learner in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
        answers = {
            int(name[1]): path
            for path in sorted(learner.iterdir())
            if (name := _ANSWER.match(path.name)) and int(name[1]) in known
        }
        if answers:
            say(f"checking {learner.name}")
            found[learner.name] = {
                number: _grade(number, answers[number], limit) for number in sorted(answers)
            }
    if not found:
        raise UsageError(f"{folder} has no folder with an exercise_1.py, or another number, in it.")
    return found


def _grade(number: int, path: Path, limit: int) -> str:
    words = ["legacy_cnn", "lessons", "check", str(number), str(path)]
    with Child(words, tied=True, own_session=True) as child:
        try:
            child.process.wait(limit)
        except subprocess.TimeoutExpired:
            child.process.kill()
            return f"takes longer than {limit} seconds"
        failure = child.failure()
    return RIGHT if failure is None else failure.removeprefix("legacy-cnn: ")
