"""The site: `sphinx-build -W docs build/site`."""

from pygments.lexers.special import TextLexer

import legacy_cnn
from legacy_cnn import cli

cli.import_tensorflow()  # before autodoc does, which would show its start-up notes

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


def _without_field_numbers(app, what, name, thing, options, lines):
    """A NamedTuple's fields are explained beside it; their own docstrings only number them."""
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()


def setup(app):
    app.add_lexer("output", TextLexer)  # of the lessons' outputs
    app.connect("autodoc-process-docstring", _without_field_numbers)
