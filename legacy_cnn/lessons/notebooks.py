"""Writes the lessons as Jupyter notebooks, without outputs."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legacy_cnn import files
from legacy_cnn.errors import RunError, UsageError, not_installed
from legacy_cnn.lessons import BLOCK, Lesson, lessons
from legacy_cnn.settings import LessonSettings

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: How each cell begins or continues a slide, for `jupyter nbconvert --to slides`.
SLIDE, BELOW, SAME, NO_SLIDE = "slide", "subslide", "-", "skip"

#: A kind of cell, its source, and its slide.
Cell = tuple[str, str, str]

_INSTALL = """\
import importlib.util
import sys

if importlib.util.find_spec("legacy_cnn") is None:
    !{{sys.executable}} -m pip install -q "legacy-cnn @ git+{repository}"

"""
_START = """\
from legacy_cnn.lessons.starting import start

start()"""
_NOT_INSTALLED = """\
# Needs legacy_cnn in this notebook's Python: pip install . in a checkout.
"""
_ANSWER = "Write your answer in the next cell, and run it. The cell after it checks it."
_CHECK = """\
import sys

!{{sys.executable}} -m legacy_cnn lessons check {number}"""


def write(directory: str | Path, *, force: bool = False, **settings: Any) -> list[Path]:
    """Writes every lesson as a notebook.

    Args:
      directory: the directory to write to. It is created if needed.
      force: whether to replace notebooks with the same names, and what was written into them.
      **settings: fields of `LessonSettings`.

    Returns:
      The paths of the notebooks.

    Raises:
      NotInstalledError: nbformat is not installed.
      RunError: a notebook exists, and `force` is False.
      UsageError: the repository is no address.
    """
    repository = _checked(LessonSettings(**settings).repository)
    try:
        import nbformat
    except ImportError as error:
        raise not_installed("Writing notebooks", "nbformat") from error
    paths = [Path(directory) / f"{lesson.path.stem}.ipynb" for lesson in lessons()]
    there = [path for path in paths if os.path.lexists(path)]
    if there and not force:
        raise RunError(
            f"{there[0]} already exists, and your answers may be in it: choose another directory, "
            f"or replace it and all others with force.",
            "force",
        )
    Path(directory).mkdir(parents=True, exist_ok=True)
    for lesson, path in zip(lessons(), paths, strict=True):
        with files.replacing(path) as file:
            file.write(nbformat.writes(_notebook(lesson, repository)).encode())
    return paths


def _checked(repository: str | None) -> str | None:
    if repository is not None and not re.fullmatch(r"https?://[\w./~:@-]+", repository):
        raise UsageError(f"repository must be an address, not {repository!r}.", "repository")
    return repository


def _notebook(lesson: Lesson, repository: str | None) -> "NotebookNode":
    from nbformat import v4

    makers = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}
    cells = [
        makers[kind](source, id=f"cell-{number}", metadata={"slideshow": {"slide_type": slide}})
        for number, (kind, source, slide) in enumerate(cells_of(lesson, repository))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def cells_of(lesson: Lesson, repository: str | None) -> Iterator[Cell]:
    """Yields the cells of a lesson's notebook."""
    yield "code", _first(repository), NO_SLIDE
    text, end = _linked(lesson.text, repository), 0
    for block in BLOCK.finditer(text):
        yield from _prose(text[end : block.start()])
        yield "code", block["code"].strip("\n"), SAME
        end = block.end()
    exercise, _, _ = text[end:].partition("\nCheck your answer with ")
    yield from _prose(exercise)
    yield "markdown", _ANSWER, NO_SLIDE
    yield "code", f"%%writefile exercise_{lesson.number}.py\n{_stub(lesson)}", NO_SLIDE
    yield "code", _CHECK.format(number=lesson.number), NO_SLIDE


def _first(repository: str | None) -> str:
    if repository is None:
        return _NOT_INSTALLED + _START
    return _INSTALL.format(repository=repository) + _START


def _prose(text: str) -> Iterator[Cell]:
    """The text between two blocks: a cell for each heading in it."""
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if part.strip():
            yield "markdown", part.strip("\n"), SLIDE if part.startswith("#") else BELOW


def _linked(text: str, repository: str | None) -> str:
    """A page whose links lead from a notebook to notebooks, and to the repository."""
    text = re.sub(r"\]\((\d\d_\w+)\.md\)", r"](\1.ipynb)", text)
    there = r"\1" if repository is None else rf"[\1]({repository}/blob/HEAD/docs/\2)"
    return re.sub(r"\[([^]]+)\]\((?:\.\./)+docs/([^)]+)\)", there, text)


def _stub(lesson: Lesson) -> str:
    """The first line of the function that the exercise asks for, and nothing in it."""
    signature = re.search(r"rite a function `(\w+\(.*?\))` in", lesson.text)
    assert signature is not None, lesson.path
    return f"def {signature[1]}:\n    ..."
