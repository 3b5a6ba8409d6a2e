"""`legacy-cnn data`: what the four files hold and where they come from."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.settings import Settings

HELP = "verify the data and show where they come from"
DESCRIPTION = """Verifies the four files of a data set by their checksums, and shows where they come
from."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(Settings, "data_dir", "source_url")
    parser.add_argument("--export", metavar="DIR", help="write the four files to DIR, uncompressed")
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn import inspection, show

    given = options.given(arguments, Settings)
    result = inspection.inspect(**given, export=arguments.export, warn=say)
    print_result(arguments, result, show.on_terminal)
