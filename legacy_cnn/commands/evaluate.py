"""`legacy-cnn evaluate`: how good a trained run is."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.declarations import declared_as
from legacy_cnn.settings import DataSettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "measure the accuracy of a run"
DESCRIPTION = """Evaluates a run on the whole test set: its accuracy with the dropout off and on,
the confusion matrix, and the precision and recall of each digit."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument("run", metavar="RUN", help="run directory")
    parser.add_setting(
        declared_as(DataSettings, "data_dir"),
        help="directory of another test set",
        shown="the data the run was trained on",
    )
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.rundir import RunDirectory

    RunDirectory.of_run(arguments.run)
    import_tensorflow()
    from legacy_cnn import evaluation, show

    given = options.given(arguments, DataSettings)
    result = evaluation.evaluate(arguments.run, warn=say, **given)
    print_result(arguments, result, show.on_terminal)
