"""Writes the lessons as Jupyter notebooks, without outputs."""

from pathlib import Path

from legacy_cnn import files
from legacy_cnn.errors import not_installed
from legacy_cnn.lessons import BLOCK, lessons


def write(directory: str | Path) -> list[Path]:
    """Writes every lesson as a notebook.

    Args:
      directory: the directory to write to. It is created if needed; existing notebooks with the
        same names are replaced.

    Returns:
      The paths of the notebooks.

    Raises:
      NotInstalledError: jupytext is not installed.
    """
    try:
        import jupytext
    except ImportError as error:
        raise not_installed("Writing notebooks", "jupytext") from error
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for lesson in lessons():
        text = BLOCK.sub(lambda block: f"```python\n{block['code']}```\n", lesson.text)
        notebook = jupytext.reads(text, fmt="md")
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        paths.append(directory / f"{lesson.path.stem}.ipynb")
        with files.replacing(paths[-1]) as file:
            file.write(jupytext.writes(notebook, fmt="ipynb").encode())
    return paths
