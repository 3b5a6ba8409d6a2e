"""`legacy-cnn originals`: old releases of TensorFlow, set up, run, and compared with today's."""

import argparse
import os
import sys

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.options import CommandParser
from legacy_cnn.commandline.output import print_path, print_result, progress, say
from legacy_cnn.settings import OriginalsSettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "set up, run and compare old releases of TensorFlow"
DESCRIPTION = """Sets up releases of TensorFlow from 0.12 to 1.15, runs scripts in them, and
compares the tutorial's program there with the same program here. Without an action, lists the
releases that are set up. They are in the directory that LEGACY_CNN_ORIGINALS names, or in the
user's cache."""


def add_options(parser: CommandParser) -> None:
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser(
        "list",
        help="list the releases that are set up",
        description="Lists the releases that are set up, and the old Pythons that are found.",
    ).set_defaults(action=_list)
    _add_setup(actions)
    _add_run(actions)
    _add_compare(actions)


def _add_setup(actions: "argparse._SubParsersAction[CommandParser]") -> None:
    setup = actions.add_parser(
        "setup",
        help="set up a release",
        description="Installs a release of TensorFlow on an old Python, with the packages that are "
        "known to work with it, and imports it once. Prints its version and its directory.",
    )
    setup.add_argument("release", metavar="RELEASE", help="1.15.5, or 1.15 for the last of 1.15")
    setup.add_argument(
        "--python",
        metavar="PYTHON",
        help="the old Python to use, a path or a command (default: one on the PATH or of pyenv)",
    )
    setup.set_defaults(action=_set_up)


def _add_run(actions: "argparse._SubParsersAction[CommandParser]") -> None:
    run = actions.add_parser(
        "run",
        help="run a script in a release",
        usage="legacy-cnn originals run [-h] [--debug] RELEASE [SCRIPT ...]",
        description="Runs Python with a release that is set up, as `python SCRIPT ...` does, with "
        "the same streams, signals and exit status. Without a script, runs the tutorial's listing.",
    )
    run.add_argument("release", metavar="RELEASE", help="a release that is set up")
    words = run.add_argument(
        "words",
        metavar="SCRIPT",
        nargs=argparse.REMAINDER,
        type=str,  # may be empty
        help="the script and its arguments; also options of Python, such as -m",
    )
    words.required = False  # or argparse asks for it where the release is missing
    run.set_defaults(action=_run)


def _add_compare(actions: "argparse._SubParsersAction[CommandParser]") -> None:
    compare = actions.add_parser(
        "compare",
        help="compare releases with today's",
        description="Runs the tutorial's program in old releases and here, step by step from equal "
        "weights, batches and dropout noise, and shows how far what they compute is apart.",
        epilog="Exit status: 0 all are the same, 1 one is different, 2 one could not be compared.",
    )
    compare.add_argument(
        "release",
        metavar="RELEASE",
        nargs="*",
        help="a release that is set up (default: all of them)",
    )
    compare.add_settings(OriginalsSettings)
    compare.add_json()
    compare.add_html()
    compare.set_defaults(action=_compare, failed=2)


def run(arguments: argparse.Namespace) -> int | None:
    status: int | None = arguments.action(arguments)
    return status


def _list(arguments: argparse.Namespace) -> None:
    from legacy_cnn.originals import overview

    for line in overview.lines():
        print_path(line)


def _set_up(arguments: argparse.Namespace) -> None:
    from legacy_cnn.originals import installing

    with progress(f"looking for a Python for TensorFlow {arguments.release}") as watch:
        environment, python = installing.set_up(arguments.release, arguments.python, watch)
    print_path(f"TensorFlow {environment.version} on Python {python.version}: {environment.path}")


def _run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.originals import environments, listing

    environment = environments.find(arguments.release)
    words = arguments.words
    if not words:
        if listing.provide_data():
            say(f"MNIST is copied to {listing.DATA_DIR}, where the listing looks for it.")
        words = ["-u", "-c", listing.source(environment.version)]
    sys.stdout.flush()
    sys.stderr.flush()
    python = str(environment.python)
    os.execv(python, [python, *words])  # this process becomes it


def _compare(arguments: argparse.Namespace) -> int:
    given = options.given(arguments, OriginalsSettings)
    OriginalsSettings(**given)  # so that a mistake is found before TensorFlow is imported
    if arguments.html:
        files.check(arguments.html)
    import_tensorflow()
    from legacy_cnn import show
    from legacy_cnn.originals import comparing

    with progress("reading MNIST") as watch:
        result = comparing.compare(arguments.release, watch=watch, **given)
    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))
    if any(not release.same for release in result.releases.values()):
        return 1
    return 2 if result.failed else 0
