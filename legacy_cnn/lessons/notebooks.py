"""Writes the lessons as Jupyter notebooks, without outputs."""

import os
from pathlib import Path

from legacy_cnn import files
from legacy_cnn.errors import RunError, not_installed
from legacy_cnn.lessons import BLOCK, lessons


def write(directory: str | Path, *, force: bool = False) -> list[Path]:
    """Writes every lesson as a notebook.

    Args:
      directory: the directory to write to. It is created if needed.
      force: whether to replace notebooks with the same names, and what was written into them.

    Returns:
      The paths of the notebooks.

    Raises:
      NotInstalledError: jupytext is not installed.
      RunError: a notebook exists, and `force` is False.
    """
    try:
        import jupytext
    except ImportError as error:
        raise not_installed("Writing notebooks", "jupytext") from error
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
        text = BLOCK.sub(lambda block: f"```python\n{block['code']}```\n", lesson.text)
        notebook = jupytext.reads(text, fmt="md")
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        with files.replacing(path) as file:
            file.write(jupytext.writes(notebook, fmt="ipynb").encode())
    return paths
