"""`legacy-cnn run`: an old TensorFlow 1 program, unmodified."""

import argparse
import atexit
import dataclasses
from pathlib import Path

from legacy_cnn.commandline import options
from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.settings import RunSettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "run an old TensorFlow 1 program, unmodified"
DESCRIPTION = """Runs a program written for TensorFlow 0.8 to 1.15 as `python SCRIPT` does, with the
same streams, signals and exit status. `import tensorflow` gives it TensorFlow 1, modules that are
gone are there again, and MNIST comes with this package."""
EPILOG = "Exit status: the program's own."
#: Signals are for the program.
SIGNALS = False


def add_options(parser: CommandParser) -> None:
    parser.usage = "legacy-cnn run [OPTION ...] SCRIPT|-m MODULE [ARGUMENT ...]"
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
        "-m", dest="module", metavar="MODULE", help="run a module, as `python -m MODULE` does"
    )
    parser.add_argument(
        "words",
        metavar="SCRIPT",
        nargs=argparse.REMAINDER,
        type=str,  # may be empty
        help="the script, and its own arguments",
    ).required = False


def run(arguments: argparse.Namespace) -> int | None:
    words = arguments.words
    if not (arguments.module or words):
        arguments.parser.error("a script, or -m MODULE, is required")
    settings = RunSettings(**options.given(arguments, RunSettings))
    if arguments.against:
        return _compare(arguments)
    if arguments.explain:
        return _explain(arguments)
    return _run(arguments.module, words, settings)


def _run(module: str | None, words: list[str], settings: RunSettings) -> None:
    """Runs the program; what it raises goes on to Python."""
    from legacy_cnn.compat import runner

    target = runner.module(module, words) if module else runner.script(words[0], words[1:])
    settings = dataclasses.replace(settings, release=settings.release or target.release())
    import_tensorflow()
    from legacy_cnn import compat

    compat.install(**vars(settings))
    atexit.register(_say_how)
    target.run()


def _say_how() -> None:
    """The one line that is ours: what the program saw, and what it was given in another way."""
    from legacy_cnn.compat import notes, options

    say("; ".join([f"legacy-cnn: ran as TensorFlow {options.release()}", *notes.collected()]))


def _explain(arguments: argparse.Namespace) -> None:
    from legacy_cnn import show
    from legacy_cnn.compat import runner

    target = runner.script(arguments.words[0], []) if arguments.words else None
    path = target.path if target else runner.module(arguments.module, []).path
    import_tensorflow()
    from legacy_cnn.compat.explain import explain

    print_result(arguments, explain(Path(path)), show.on_terminal)


def _compare(arguments: argparse.Namespace) -> int:
    from legacy_cnn import show
    from legacy_cnn.compat.against import compare

    module = ["-m", arguments.module] if arguments.module else []
    result = compare(arguments.against, [*module, *arguments.words])
    print_result(arguments, result, show.on_terminal)
    return 0 if result.same else 1
