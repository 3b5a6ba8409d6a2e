"""`legacy-cnn parity`: whether a port is the same program as the graph."""

import argparse
import os
import sys

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress
from legacy_cnn.settings import IMPLEMENTATIONS, ParitySettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "check whether a port is the same program"
DESCRIPTION = """Compares a port with the tutorial's graph, or with another TensorFlow 1 graph:
weights, layers, dropout, loss, gradients, update, steps of training and predictions. Names the
first tensor that differs, and the mistake where it is a known one."""
EPILOG = "Exit status: 0 the same program, 1 different, 2 could not be compared."
FAILED = 2


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "candidate",
        metavar="CANDIDATE",
        help=f"the port: an implementation ({', '.join(IMPLEMENTATIONS)}), a .keras or .npz file, "
        "the directory of a SavedModel, or module:function, a function that returns a model",
    )
    parser.add_argument(
        "--reference",
        metavar="GRAPH",
        help="another TensorFlow 1 graph: X.meta or X.pb with its checkpoint X, or "
        "module:function, a function that builds one (default: the tutorial's graph)",
    )
    parser.add_argument(
        "--map",
        dest="mapping",
        metavar="FILE",
        help="JSON file that maps the names of one program to those of the other",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="run directory or file with the initial weights (default: drawn from --seed)",
    )
    parser.add_settings(ParitySettings)
    parser.add_json()
    parser.add_html("it")


def run(arguments: argparse.Namespace) -> int:
    given = options.given(arguments, ParitySettings)
    settings = ParitySettings(**given)
    if arguments.html:
        from legacy_cnn.show import figures

        figures.require("html")  # before the comparison begins
        files.check(arguments.html)
    import_tensorflow()
    sys.path.insert(0, os.getcwd())  # module:function is the user's own
    from legacy_cnn import parity, show
    from legacy_cnn.threads import use_threads

    use_threads(settings.threads)
    mapping = parity.Mapping.read(arguments.mapping) if arguments.mapping else None
    with progress("opening both programs") as watch:
        report = parity.compare(
            arguments.candidate,
            reference=arguments.reference,
            mapping=mapping,
            weights=arguments.weights,
            watch=watch,
            **given,
        )
    print_result(arguments, report, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(report))
    return 0 if report.same else 1
