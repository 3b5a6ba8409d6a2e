"""Shows the lessons on the terminal."""

from rich.console import Console
from rich.markdown import Markdown

from legacy_cnn.lessons import Lesson, lessons

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
    """Prints a lesson: rendered on a terminal, as Markdown elsewhere."""
    console = Console()
    if console.is_terminal:
        console.print(Markdown(lesson.text), width=min(WIDTH, console.width))
    else:
        print(lesson.text, end="")
