"""`legacy-cnn show`: a result that was recorded as JSON, shown again."""

import argparse

from legacy_cnn import files
from legacy_cnn.commandline.options import CommandParser

HELP = "show a recorded result"
DESCRIPTION = """Shows a result that a command printed with --json or recorded in a results.json, on
the terminal and, with --html, as a page. Works without TensorFlow."""


def add_options(parser: CommandParser) -> None:
    parser.add_argument("file", metavar="FILE", help="JSON file with the result")
    parser.add_html("that of parity or reproduce")


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn import results, show

    if arguments.html:
        files.check(arguments.html)  # before anything is printed
    result = results.read(arguments.file)
    page = show.page(result) if arguments.html else None
    show.on_terminal(result)
    if page is not None:
        files.write_text(arguments.html, page)
