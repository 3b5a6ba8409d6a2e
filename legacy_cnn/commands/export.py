"""`legacy-cnn export`: a run as a SavedModel and as plain arrays."""

import argparse

from legacy_cnn import files
from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_path, say
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "write a run as a SavedModel and weights.npz"
DESCRIPTION = """Writes a run for other programs: as version 1 of a SavedModel to serve, in
saved_model/1, and its weights as plain arrays in weights.npz. Prints the directory."""


def add_options(parser: CommandParser) -> None:
    parser.add_argument("run", metavar="RUN", help="run directory")
    parser.add_argument(
        "--output", metavar="DIR", help="directory to create (default: export in RUN)"
    )


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.rundir import RunDirectory

    run = RunDirectory.of_run(arguments.run)
    files.check_new(arguments.output or run.export, "output")
    import_tensorflow()
    from legacy_cnn import serving

    print_path(serving.export(arguments.run, arguments.output, warn=say))
