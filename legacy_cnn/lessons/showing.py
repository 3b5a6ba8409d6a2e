"""Shows the lessons on the terminal."""

import os

from rich.console import Console
from rich.markdown import Markdown

from legacy_cnn.escaping import escaped_controls
from legacy_cnn.lessons import Lesson, lessons
from legacy_cnn.lessons.grading import RIGHT, Grades

#: Columns of a line that are comfortable to read.
WIDTH = 100


def list_all() -> None:
    """Prints the numbers and titles of all lessons, and the commands that use them."""
    for lesson in lessons():
        print(f"{lesson.number:3}  {lesson.title.replace('`', '')}")
    print()
    print("legacy-cnn lessons show 1      show lesson 1 here")
    print("legacy-cnn lessons check 1     check exercise_1.py, your answer to its exercise")
    print("legacy-cnn lessons write DIR   write all lessons as notebooks")


def show(lesson: Lesson) -> None:
    """Shows a lesson: rendered in a pager on a terminal, as Markdown elsewhere."""
    console = Console()
    if not console.is_terminal:
        print(lesson.text, end="")
        return
    os.environ.setdefault("LESS", "FRX")  # as Git does: with colours, and none for a short text
    with console.pager(styles=True):
        console.print(Markdown(lesson.text), width=min(WIDTH, console.width))


def show_grades(grades: Grades) -> None:
    """Prints a line for each learner, and what is wrong with each wrong answer."""
    numbers = sorted({number for answers in grades.values() for number in answers})
    width = max((len(name) for name in grades), default=0)
    print(" " * width, *(f"{number:>3}" for number in numbers))
    for name, answers in grades.items():
        marks = [_mark(answers.get(number)) for number in numbers]
        print(f"{escaped_controls(name):{width}}", *(f"{mark:>3}" for mark in marks))
    for name, answers in grades.items():
        for number, said in answers.items():
            if said != RIGHT:
                print(escaped_controls(f"{name}, exercise {number}: {said}"))


def _mark(said: str | None) -> str:
    return "" if said is None else "ok" if said == RIGHT else "x"
