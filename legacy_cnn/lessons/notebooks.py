"""Lessons as Jupyter notebooks, without outputs: those come from running them."""

from pathlib import Path

from legacy_cnn import files
from legacy_cnn.errors import UsageError
from legacy_cnn.lessons import BLOCK, lessons


def write(directory):
    """Writes every lesson as a notebook.

    Args:
      directory: where to; it is made, and files of these names in it are replaced.

    Returns:
      The paths, a list.

    Raises:
      UsageError: jupytext is not installed.
    """
    try:
        import jupytext
    except ImportError as error:
        raise UsageError("Notebooks need jupytext: pip install 'legacy-cnn[notebooks]'.") from error
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for each in lessons():
        text = BLOCK.sub(lambda block: f"```python\n{block['code']}```\n", each.text)
        notebook = jupytext.reads(text, fmt="md")
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        paths.append(directory / f"{each.path.stem}.ipynb")
        with files.replacing(paths[-1]) as file:
            file.write(jupytext.writes(notebook, fmt="ipynb").encode())
    return paths
