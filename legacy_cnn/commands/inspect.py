"""`legacy-cnn inspect`: what a TensorFlow 1 graph has, and what equals it in Keras."""

import argparse
import os
import sys

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress
from legacy_cnn.declarations import declared_as
from legacy_cnn.outside.graphfiles import is_program_file
from legacy_cnn.settings import ParitySettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "show a TensorFlow 1 graph beside Keras"
DESCRIPTION = """Shows what a TensorFlow 1 graph has: inputs, layers, loss, parameters and their
initializers, optimizer and random numbers, each with the line of Keras that equals it. What no line
equals says so."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "reference",
        metavar="REFERENCE",
        nargs="?",
        help="a TensorFlow 1 graph, as `legacy-cnn parity --reference` takes it: a script X.py, "
        "X.meta, X.pb or X.pbtxt with its checkpoint X, the directory of a SavedModel, a recorded "
        "trace X.npz, or module:function or file.py:function, a function that builds one (default: "
        "the tutorial's graph)",
    )
    parser.add_argument(
        "--map", dest="mapping", metavar="FILE", help="JSON file with names, as of `parity`"
    )
    parser.add_argument(
        "--feeds",
        metavar="FILE",
        help="JSON file with what other placeholders are fed, as of `parity`",
    )
    parser.add_setting(declared_as(ParitySettings, "keep_prob"))
    parser.add_setting(declared_as(ParitySettings, "trust"))
    parser.add_json()
    parser.add_html()


def takes_graphs(arguments: argparse.Namespace) -> bool:
    names = filter(None, (arguments.reference,))
    return not getattr(arguments, "trust", None) and any(map(is_program_file, names))


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn import show

    if arguments.html:
        files.check(arguments.html)
    given = options.given(arguments, ParitySettings)
    settings = ParitySettings(**given)
    import_tensorflow()
    from legacy_cnn.parity import Mapping
    from legacy_cnn.parity.given import read_feeds
    from legacy_cnn.porting import inspecting  # and Keras, before a keras.py of the user's

    sys.path.insert(0, os.getcwd())  # module:function is the user's own

    with progress("reading the graph"):
        result = inspecting.inspect(
            arguments.reference,
            mapping=Mapping.read(arguments.mapping) if arguments.mapping else None,
            feeds=read_feeds(arguments.feeds) if arguments.feeds else None,
            keep_prob=settings.keep_prob,
            trust=settings.trust,
        )
    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))
