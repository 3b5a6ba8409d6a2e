"""The view of a study: tables for the terminal, and a page with charts."""

from legacy_cnn.results import Study
from legacy_cnn.show import figures
from legacy_cnn.show.study.summary import blocks, title

__all__ = ["blocks", "page", "title"]


def page(study: Study) -> str:
    """Returns a study as one page of HTML.

    Raises:
      UsageError: matplotlib is not installed.
    """
    figures.require("html")
    from legacy_cnn.show.study import document

    return document.page(study)
