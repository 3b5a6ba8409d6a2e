"""`legacy-cnn convert`: weights from one kind of file into another."""

import argparse

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_path, say
from legacy_cnn.declarations import declared_as
from legacy_cnn.settings import Settings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "convert weights to another kind of file"
DESCRIPTION = """Reads weights from one kind of file and writes them to another. Prints the path of
what was written."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="run directory, .npz or .keras file, checkpoint, SavedModel, or the directory that "
        "`legacy-cnn export` wrote",
    )
    parser.add_argument(
        "target", metavar="TARGET", help="new .npz or .keras file, or new run directory"
    )
    parser.add_setting(
        declared_as(Settings, "implementation"), help="implementation of a new run directory"
    )


def run(arguments: argparse.Namespace) -> None:
    files.check_new(arguments.target, "target")
    import_tensorflow()
    from legacy_cnn import conversion

    given = options.given(arguments, Settings)
    print_path(conversion.convert(arguments.source, arguments.target, **given, warn=say))
