"""`legacy-cnn run`: an old TensorFlow 1 program, unmodified."""

import argparse
import atexit
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from legacy_cnn.commandline import options
from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.errors import UsageError
from legacy_cnn.outside.opening import TEXT, check_file
from legacy_cnn.settings import RunSettings
from legacy_cnn.tensorflow_start import import_tensorflow

if TYPE_CHECKING:
    from legacy_cnn.compat.runner import Target

HELP = "run an old TensorFlow 1 program, unmodified"
DESCRIPTION = """Runs a program written for TensorFlow 0.8 to 1.15 as `python SCRIPT` does, with the
same streams, signals and exit status. `import tensorflow` gives it TensorFlow 1, modules that are
gone are there again, and MNIST comes with this package."""
EPILOG = "Exit status: the program's own."
#: Signals are for the program.
SIGNALS = False


def add_options(parser: CommandParser) -> None:
    parser.usage = "legacy-cnn run [OPTION ...] SCRIPT|-|-m MODULE [ARGUMENT ...]"
    parser.add_settings(RunSettings)
    parser.add_argument(
        "--explain",
        action="store_true",
        help="show which old names the script uses and what serves them, without running it",
    )
    parser.add_argument(
        "--against",
        metavar="RELEASE",
        help="also run the script in a release that `legacy-cnn originals` has set up, and compare "
        "what both print; exit status 1 if they differ",
    )
    parser.add_json()
    parser.add_argument(
        "-m",
        dest="module",
        metavar="MODULE",
        nargs=argparse.REMAINDER,
        help="run a module with the arguments that follow, as `python -m MODULE` does",
    )
    parser.add_argument(
        "words",
        metavar="SCRIPT",
        nargs=argparse.REMAINDER,
        type=str,  # may be empty
        help="the script, or - to read it from stdin, and its own arguments",
    ).required = False


def run(arguments: argparse.Namespace) -> int | None:
    words = arguments.module or arguments.words
    if not words:
        arguments.parser.error("a script, or -m MODULE, is required")
    if arguments.json and not (arguments.explain or arguments.against):
        arguments.parser.error("--json is for --explain and --against")
    if words[0] == "-" and (arguments.explain or arguments.against):
        arguments.parser.error("--explain and --against need a file")
    if arguments.explain and os.path.exists(words[0]) and not os.path.isdir(words[0]):
        check_file(words[0], TEXT, UsageError, "a Python file")  # a program itself may wait
    settings = RunSettings(**options.given(arguments, RunSettings))
    from legacy_cnn.compat import runner

    find = runner.module if arguments.module else runner.script
    target = find(words[0], words[1:])
    if arguments.against:
        return _compare(arguments)
    if arguments.explain:
        _explain(arguments, target)
    else:
        _run(target, settings)
    return None


def _run(target: "Target", settings: RunSettings) -> None:
    """Runs the program; what it raises goes on to Python."""
    target.read()
    settings = dataclasses.replace(settings, release=settings.release or target.release())
    import_tensorflow()
    from legacy_cnn import compat
    from legacy_cnn.compat import children

    compat.install(**vars(settings))
    children.inherit(settings)
    atexit.register(_say_how)
    target.run()


def _say_how() -> None:
    """The one line that is ours: what the program saw, and what it was given in another way."""
    from legacy_cnn.compat import notes, options

    say("; ".join([f"legacy-cnn: ran as TensorFlow {options.release()}", *notes.collected()]))


def _explain(arguments: argparse.Namespace, target: "Target") -> None:
    from legacy_cnn import show

    import_tensorflow()
    from legacy_cnn.compat.explain import explain

    print_result(arguments, explain(Path(target.path)), show.on_terminal)


def _compare(arguments: argparse.Namespace) -> int:
    from legacy_cnn import show
    from legacy_cnn.compat.against import compare

    words = ["-m", *arguments.module] if arguments.module else arguments.words
    try:
        result = compare(arguments.against, words)
    except UsageError as error:  # it names its own argument
        raise UsageError(str(error).replace("release", "against", 1), "against") from None
    print_result(arguments, result, show.on_terminal)
    return 0 if result.same else 1
