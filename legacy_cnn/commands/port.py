"""`legacy-cnn port`: the port of a TensorFlow 1 program in Keras 3, written and proven."""

import argparse
import os
import sys

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress, say
from legacy_cnn.commands.parity import STATUSES
from legacy_cnn.outside.graphfiles import is_program_file
from legacy_cnn.settings import ParitySettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "write the port of a program in Keras, and prove it"
DESCRIPTION = """Writes a TensorFlow 1 program as a Keras 3 program, as a person would: port.py with
build_model() and main(), and test_port.py, which holds it against the reference. Then compares both
as `legacy-cnn parity` does: nothing is the same because it was written here."""
EPILOG = """Exit status: that of `parity`: 0 the same program, 1 different, 2 nothing could be
written or compared, 3 the same as far as compared."""
FAILED = 2


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "reference",
        metavar="REFERENCE",
        nargs="?",
        help="a TensorFlow 1 program, as `legacy-cnn parity --reference` takes it: a script X.py "
        'above all, with arguments if it needs some, "X.py --rate 0.1"; or a function '
        "that builds a graph, X.meta, X.pb, a SavedModel, a trace X.npz (default: the tutorial's "
        "graph)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="new folder for the port (default: the name of the reference with _port)",
    )
    parser.add_argument(
        "--replace", action="store_true", help="write into a folder that exists already"
    )
    parser.add_argument(
        "--map", dest="mapping", metavar="FILE", help="JSON file with names, as of `parity`"
    )
    parser.add_argument(
        "--feeds",
        metavar="FILE",
        help="JSON file with what other placeholders are fed, as of `parity`",
    )
    parser.add_settings(ParitySettings)
    parser.add_json()
    parser.add_html()


def takes_graphs(arguments: argparse.Namespace) -> bool:
    names = filter(None, (arguments.reference,))
    return not getattr(arguments, "trust", None) and any(map(is_program_file, names))


def run(arguments: argparse.Namespace) -> int:
    given = options.given(arguments, ParitySettings)
    settings = ParitySettings(**given)
    if arguments.html:
        files.check(arguments.html)
    import_tensorflow()
    from legacy_cnn import show
    from legacy_cnn.parity import Mapping
    from legacy_cnn.parity.given import read_feeds
    from legacy_cnn.porting import translating  # and Keras, before a keras.py of the user's
    from legacy_cnn.threads import use_threads

    sys.path.insert(0, os.getcwd())  # module:function is the user's own
    use_threads(settings.threads)
    with progress("reading the program") as watch:
        result = translating.port(
            arguments.reference,
            arguments.output,
            mapping=Mapping.read(arguments.mapping) if arguments.mapping else None,
            feeds=read_feeds(arguments.feeds) if arguments.feeds else None,
            replace=arguments.replace,
            watch=watch,
            warn=say,
            **given,
        )
    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))
    return STATUSES[result.verdict]
