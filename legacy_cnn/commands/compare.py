"""`legacy-cnn compare`: graph, eager, `tf.function` and Keras side by side."""

import argparse
import contextlib
import os
import sys
from typing import Any

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress
from legacy_cnn.errors import UsageError
from legacy_cnn.results import Record
from legacy_cnn.settings import CompareSettings
from legacy_cnn.tensorflow_start import check_address_space, import_tensorflow

HELP = "compare graph, eager, tf.function and Keras"
DESCRIPTION = """Trains the tutorial's network for some steps as a graph, in eager mode, under
tf.function and in Keras, from the same weights and with the same batches and dropout noise, and
shows what each of them computes, costs and prints. With GRAPH and EAGER, does the same with two
functions of your own."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "graph",
        metavar="GRAPH",
        nargs="?",
        help="file.py:function, a function that builds a TensorFlow 1 graph; each of its arguments "
        "has an array as its default, which is fed",
    )
    parser.add_argument(
        "eager",
        metavar="EAGER",
        nargs="?",
        help="file.py:function, an eager function of the same arguments",
    )
    parser.add_settings(CompareSettings)
    parser.add_json()
    parser.add_html()


def run(arguments: argparse.Namespace) -> None:
    given = options.given(arguments, CompareSettings)
    CompareSettings(**given)
    if arguments.html:
        files.check(arguments.html)
    result = _compared_own(arguments, given) if arguments.graph else _compared(given)
    from legacy_cnn import show

    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))


def _compared(given: dict[str, Any]) -> Record:
    check_address_space()
    from legacy_cnn import comparison

    with progress("comparing") as watch:
        return comparison.compare(watch=watch, **given)


def _compared_own(arguments: argparse.Namespace, given: dict[str, Any]) -> Record:
    if not arguments.eager:
        raise UsageError("compare takes graph and eager, or neither.", "graph", "eager")
    for name in given:
        raise UsageError(f"{name} is for the tutorial's network, not for your functions.", name)
    import_tensorflow()
    from legacy_cnn.comparison.own import compare_own  # before a keras.py of the user's

    sys.path.insert(0, os.getcwd())  # module:function is the user's own
    with contextlib.redirect_stdout(sys.stderr):  # what the user's files print
        return compare_own(arguments.graph, arguments.eager)
