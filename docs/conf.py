"""Sphinx configuration of the site: `sphinx-build -W docs build/site`."""

import re
import shutil
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import legacy_cnn
from legacy_cnn.declarations import Checked, declared
from legacy_cnn.tensorflow_start import import_tensorflow

import_tensorflow()  # before autodoc does, which would show its start-up notes

project = "legacy_cnn"
release = legacy_cnn.__version__
html_title = f"{project} {release}"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# Blocks without a language are outputs.
highlight_language = "none"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["results/*.md"]
myst_heading_anchors = 3

# Docstrings are Google's, with single backticks for code.
default_role = "code"
napoleon_numpy_docstring = False
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": True}


#: The lessons are data of the package. Sphinx reads sources below this directory only, so the site
#: is built from a copy, which Git ignores.
_LESSONS = Path(legacy_cnn.__file__).parent / "lessons" / "pages"
_COPY = Path(__file__).parent / "lessons"


def _copy_lessons(app: Sphinx) -> None:
    """Copies the lessons to docs/lessons, and removes copies of lessons that are gone."""
    shutil.copytree(_LESSONS / "pictures", _COPY / "pictures", dirs_exist_ok=True)
    pages = {page.name: page for page in _LESSONS.glob("*.md")}
    for copy in _COPY.glob("*.md"):
        if copy.name not in pages:
            copy.unlink()
    for name, page in pages.items():
        copy = _COPY / name
        # An unchanged page keeps its time, so that Sphinx does not read it again.
        if not copy.exists() or copy.read_bytes() != page.read_bytes():
            shutil.copyfile(page, copy)


def _link_to_the_copies(app: Sphinx, name: str, source: list[str]) -> None:
    """Turns links from and to the lessons, which work on GitHub, into links of the site."""
    text = re.sub(r"\]\((?:\.\./)+legacy_cnn/lessons/pages/", "](/lessons/", source[0])
    if name.startswith("lessons/"):
        text = text.replace("](../../../docs/", "](/")
    source[0] = text


def _without_field_numbers(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Removes the docstrings of a NamedTuple's fields: they only number them."""
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()


def _help_of_settings(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Explains settings by their help, which their fields hold."""
    if isinstance(thing, type) and issubclass(thing, Checked):
        for each in declared(thing):
            lines.append(f":param {each.name}: {each.help(here=False)}")


def _copy_lab(app: Sphinx, error: Exception | None) -> None:
    """Puts the lab's page beside the others, with recorded answers in place of a server."""
    if error is None and app.builder.format == "html":
        write_lab(Path(app.outdir) / "lab")


def write_lab(target: Path) -> None:
    """Writes the lab's page with recorded answers, as the site has it.

    Args:
      target: a directory, which is made.
    """
    recorded = Path(__file__).parent / "results" / "lab.json"
    source = Path(legacy_cnn.__file__).parent / "lab" / "page"
    shutil.copytree(source, target / "page", dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("*.html"))  # fmt: skip
    page = (source / "index.html").read_text("utf-8")
    attributes = '<html lang="en" data-recorded="answers.json">'
    (target / "index.html").write_text(page.replace('<html lang="en">', attributes), "utf-8")
    shutil.copyfile(recorded, target / "answers.json")


def setup(app: Sphinx) -> None:
    app.add_lexer("output", TextLexer)  # the lessons' outputs
    app.connect("builder-inited", _copy_lessons)
    app.connect("build-finished", _copy_lab)
    app.connect("source-read", _link_to_the_copies)
    app.connect("autodoc-process-docstring", _without_field_numbers)
    app.connect("autodoc-process-docstring", _help_of_settings)
