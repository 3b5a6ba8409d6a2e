"""Lessons on the ideas behind the tutorial's program, one idea at a time."""

import dataclasses
import re
from pathlib import Path

from legacy_cnn.errors import UsageError

_PAGES = Path(__file__).with_name("pages")
#: Where the pictures are that the lessons draw.
PICTURES = _PAGES / "pictures"
_SOLUTIONS = Path(__file__).with_name("solutions")

#: A block of Python code, its recorded output, and the picture that it draws. What is marked as
#: "approximate" depends on the machine, such as a time.
BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\n```output(?P<approximate> approximate)?\n(?P<output>.*?)^```\n)?"
    r"(?:\n!\[[^]]*\]\(pictures/[\w-]+\.svg\)\n)?",
    re.MULTILINE | re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A Markdown page with a problem, a prediction, code to run, an explanation and an exercise."""

    number: int
    path: Path

    @property
    def name(self) -> str:
        """The name of its page and of its exercise's module, such as `dropout_at_test_time`."""
        return self.path.stem.split("_", 1)[1]

    @property
    def text(self) -> str:
        """The page, Markdown."""
        return self.path.read_text("utf-8")

    @property
    def title(self) -> str:
        """The heading of the page, Markdown."""
        return self.text.splitlines()[0].removeprefix("# ")

    @property
    def solution(self) -> str:
        """A right answer to its exercise, Python."""
        return (_SOLUTIONS / f"{self.name}.py").read_text("utf-8")

    @property
    def blocks(self) -> list[str]:
        """The code of the page's blocks, in order."""
        return [block["code"] for block in BLOCK.finditer(self.text)]


def lessons() -> list[Lesson]:
    """Returns all lessons in order."""
    return [Lesson(int(path.stem.split("_")[0]), path) for path in sorted(_PAGES.glob("*.md"))]


def lesson(number: int) -> Lesson:
    """Returns the lesson with a number.

    Raises:
      UsageError: there is no such lesson.
    """
    by_number = {lesson.number: lesson for lesson in lessons()}
    if number not in by_number:
        raise UsageError(f"Lesson {number} does not exist; choose one from 1 to {len(by_number)}.")
    return by_number[number]


def answer(lesson: Lesson, path: str | Path | None = None) -> Path:
    """Returns the file with the answer to a lesson's exercise.

    Args:
      lesson: the lesson.
      path: the file; None is `exercise_N.py` in the current directory.

    Raises:
      UsageError: the file does not exist.
    """
    path = Path(path or f"exercise_{lesson.number}.py")
    if not path.is_file():
        raise UsageError(f"{path} does not exist; write your answer to it, or pass another file.")
    return path
