"""Lessons on the terminal."""

from rich.console import Console
from rich.markdown import Markdown

from legacy_cnn.lessons import lessons

#: Columns that are comfortable to read.
WIDTH = 100


def list_all():
    """Prints the numbers and titles of all lessons, and what to do with them."""
    for each in lessons():
        print(f"{each.number:3}  {_plain(each.title)}")
    print()
    print("legacy-cnn lessons show 1      reads one here")
    print("legacy-cnn lessons write DIR   writes all as notebooks")
    print("legacy-cnn lessons check 1     checks exercise_1.py, the answer to its exercise")


def _plain(title):
    return title.replace("`", "")


def show(lesson):
    """Prints a lesson: its Markdown as it is, or rendered on a terminal."""
    console = Console()
    if console.is_terminal:
        console.print(Markdown(lesson.text), width=min(WIDTH, console.width))
    else:
        print(lesson.text, end="")
