"""The view of a report: a table for the terminal and failed tests, and a page with charts."""

from legacy_cnn.results import Report
from legacy_cnn.show import figures
from legacy_cnn.show.report.listing import blocks, title

__all__ = ["blocks", "page", "title"]


def page(report: Report) -> str:
    """Returns a report as one page of HTML.

    Raises:
      NotInstalledError: matplotlib is not installed.
    """
    figures.require("html")
    from legacy_cnn.show.report import pages

    return pages.page(report)
