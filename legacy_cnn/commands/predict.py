"""`legacy-cnn predict`: which digits pictures show."""

import argparse

from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "predict your own digits"
DESCRIPTION = """Predicts the digits in your own pictures, with the dropout off. A picture may be of
any size and in any colours, a photograph or a scan; it must show one digit. Prints for each the
three likeliest digits, with their probabilities."""


def add_options(parser: CommandParser) -> None:
    parser.add_argument("run", metavar="RUN", help="run directory")
    parser.add_argument("pictures", metavar="PICTURE", nargs="+", help="PNG or JPEG file")
    parser.add_argument(
        "--several",
        action="store_true",
        help="read as many digits as a picture shows, from left to right",
    )
    parser.add_argument(
        "--show",
        metavar="FILE",
        help="also write what the network is given, step by step, as a PNG picture",
    )
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.rundir import RunDirectory

    RunDirectory.of_run(arguments.run)
    from legacy_cnn import prediction, show

    # First, as TensorFlow takes seconds, and a picture may be none.
    digits = prediction.read(arguments.pictures, several=arguments.several, show=arguments.show)
    import_tensorflow()
    result = prediction.classify(arguments.run, digits, warn=say)
    print_result(arguments, result, show.on_terminal)
