"""Writes the recorded numbers into the pages that show them.

A page marks the place of a table with `<!-- NAME -->` and `<!-- /NAME -->`. What is between them is
written from the recorded results. A test fails if a page is out of date.
"""

import argparse

HELP = "write the tables of the pages from the recorded numbers"
WRITES = ("the README", "pages in docs")
TAKES = "seconds"


def run(arguments: argparse.Namespace) -> None:
    from experiments.tables.pages import PAGES, rendered

    for path in PAGES:
        path.write_text(rendered(path))
