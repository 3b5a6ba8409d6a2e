"""`legacy-cnn run`: an old TensorFlow 1 program, unmodified."""

import argparse

from legacy_cnn.commandline.options import CommandParser

HELP = "run an old TensorFlow 1 program, unmodified"
DESCRIPTION = """Runs a program written for TensorFlow 0.8 to 1.15 as `python SCRIPT` does, with the
same streams, signals and exit status. `import tensorflow` gives it TensorFlow 1, modules that are
gone are there again, and MNIST comes with this package."""
#: The program's own.
SIGNALS = False


def add_options(parser: CommandParser) -> None:
    parser.usage = "legacy-cnn run [OPTION ...] SCRIPT|-m MODULE [ARGUMENT ...]"
    parser.add_argument(
        "-m", dest="module", metavar="MODULE", help="run a module, as `python -m MODULE` does"
    )
    parser.add_argument(
        "words",
        metavar="SCRIPT",
        nargs=argparse.REMAINDER,
        type=str,  # may be empty
        help="the script, and its own arguments",
    ).required = False


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.compat import runner
    from legacy_cnn.tensorflow_start import import_tensorflow

    words = arguments.words
    if not (arguments.module or words):
        arguments.parser.error("a script, or -m MODULE, is required")
    import_tensorflow()
    from legacy_cnn import compat

    compat.install()
    if arguments.module:
        runner.run_module(arguments.module, words)
    else:
        runner.run_script(words[0], words[1:])
