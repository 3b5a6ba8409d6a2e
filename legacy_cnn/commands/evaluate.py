"""`legacy-cnn evaluate`: how good a trained run is."""

import argparse

from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "measure the accuracy of a run"
DESCRIPTION = """Evaluates a run on the whole test set: its accuracy with the dropout off and on,
the confusion matrix, and the precision and recall of each digit."""


def add_options(parser: CommandParser) -> None:
    parser.add_argument("run", metavar="RUN", help="run directory")
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help="directory of another test set (default: the data the run was trained on)",
    )
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    import_tensorflow()
    from legacy_cnn import evaluation, show

    result = evaluation.evaluate(arguments.run, data_dir=arguments.data_dir, warn=say)
    print_result(arguments, result, show.on_terminal)
