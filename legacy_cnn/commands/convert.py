"""`legacy-cnn convert`: weights from one kind of file into another, or into a port."""

import argparse
import os
import sys

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_path, progress, say
from legacy_cnn.declarations import declared_as
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import ParitySettings, Settings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "convert weights to another kind of file"
DESCRIPTION = """Reads weights from one kind of file and writes them to another. With --into, moves
the weights of any TensorFlow 1 checkpoint into a port, and compares what both compute if the
checkpoint's .meta file lies beside it. Prints the path of what was written."""


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
    parser.add_argument(
        "--into",
        metavar="PORT",
        help="the port to write with the checkpoint's weights: module:function or "
        "FILE.py:function, a function that returns a Keras model, or a .keras file",
    )
    parser.add_argument(
        "--map", dest="mapping", metavar="FILE", help="with --into: JSON file with names, as of "
        "`parity`",
    )  # fmt: skip
    parser.add_argument(
        "--feeds", metavar="FILE", help="with --into: what other placeholders are fed, likewise"
    )
    trust = declared_as(ParitySettings, "trust")
    parser.add_setting(trust, help=f"with --into: {trust.help()}")


def takes_graphs(arguments: argparse.Namespace) -> bool:
    # Compared with the graph that lies beside the checkpoint.
    return bool(arguments.into) and not getattr(arguments, "trust", None)


def run(arguments: argparse.Namespace) -> None:
    files.check_new(arguments.target, "target")
    given = options.given(arguments, Settings)
    if arguments.into is None:
        for name in ("mapping", "feeds", "trust"):
            if getattr(arguments, name, None):
                raise UsageError(f"{name} is for a port: give into, too.", name, "into")
        import_tensorflow()
        from legacy_cnn import conversion

        print_path(conversion.convert(arguments.source, arguments.target, **given, warn=say))
        return
    if given:
        raise UsageError("implementation is of a run directory: leave it out with into.",
                         "implementation", "into")  # fmt: skip
    print_path(_into(arguments))


def _into(arguments: argparse.Namespace) -> str | os.PathLike[str]:
    import_tensorflow()
    sys.path.insert(0, os.getcwd())  # module:function is the user's own
    from legacy_cnn import porting
    from legacy_cnn.parity import Mapping
    from legacy_cnn.parity.given import read_feeds

    sentences: list[str] = []
    with progress("moving the weights"):
        path = porting.convert(
            arguments.source,
            arguments.target,
            arguments.into,
            mapping=Mapping.read(arguments.mapping) if arguments.mapping else None,
            feeds=read_feeds(arguments.feeds) if arguments.feeds else None,
            trust=options.given(arguments, ParitySettings).get("trust", False),
            warn=sentences.append,
        )
    for sentence in sentences:
        say(sentence)
    return path
