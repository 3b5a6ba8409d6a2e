"""The command line: finds the commands, calls one, and ends with its exit status."""

import argparse
import importlib
import pkgutil
import sys
import textwrap
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType

import legacy_cnn
from legacy_cnn import commands
from legacy_cnn.commandline import failures, signals
from legacy_cnn.commandline.options import CommandParser, Parser, Usage, in_flags
from legacy_cnn.commandline.output import say, tolerant
from legacy_cnn.compat import shown
from legacy_cnn.errors import UsageError
from legacy_cnn.processes import leaving, supervised
from legacy_cnn.streams import fill_closed


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
      argv: the words of the command line; None is `sys.argv[1:]`.

    Returns:
      Its exit status: 0, 1 for a failure (of `parity`: 2), or 128 + the number of the signal that
      stopped it. Wrong usage raises `SystemExit` with status 2, as argparse does.
    """
    try:
        status = _main(argv)
    except SystemExit as ending:
        if argv is None and isinstance(ending.code, int):
            leaving.leave(ending.code)
        raise
    if argv is None:
        leaving.leave(status)
    return status


def _main(argv: Sequence[str] | None) -> int:
    fill_closed()
    try:
        arguments = parser().parse_args(argv)
    except (Exception, KeyboardInterrupt) as error:
        return failures.report(error, {}, debug="--debug" in (argv or sys.argv), failed=1)
    command: ModuleType = arguments.command
    used: CommandParser = arguments.parser
    own = getattr(command, "SIGNALS", True)  # signals and streams are not a program's
    if argv is None and _is_supervised(command, arguments):
        return _supervised(arguments)
    try:
        with signals.raised() if own else nullcontext(), tolerant() if own else nullcontext():
            status = command.run(arguments) or 0
            sys.stdout.flush()
        return status
    except UsageError as error:
        if shown.is_shown():
            raise
        used.error(in_flags(str(error), error.arguments, used.flags))
    except Usage:
        raise
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        # The error of a program that was run is that program's own, and so is its exit status.
        if shown.is_shown() or (isinstance(error, SystemExit) and not own):
            raise
        failed = getattr(arguments, "failed", getattr(command, "FAILED", 1))
        return failures.report(error, used.flags, arguments.debug, failed)


def _is_supervised(command: ModuleType, arguments: argparse.Namespace) -> bool:
    """Whether a command runs a graph from a file, and nothing else says how that ends."""
    takes_graphs = getattr(command, "takes_graphs", lambda arguments: False)
    return takes_graphs(arguments) and not supervised.is_supervised()


def _supervised(arguments: argparse.Namespace) -> int:
    """Runs the command in another process, and says what has ended that."""
    status, reason = supervised.run(sys.argv[1:])
    if reason:
        say(f"legacy-cnn: {reason}")
        return getattr(arguments, "failed", getattr(arguments.command, "FAILED", 1))
    return status


def find_commands() -> dict[str, ModuleType]:
    """Returns the modules in `commands` by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    return {name: importlib.import_module(f"{commands.__name__}.{name}") for name in names}


def parser() -> argparse.ArgumentParser:
    """Builds the parser of all commands."""
    root = Parser(
        prog="legacy-cnn",
        usage="legacy-cnn [-h] [--version] COMMAND ...",
        description=_description(),
        epilog="`legacy-cnn COMMAND --help` shows the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"legacy-cnn {legacy_cnn.__version__}"
    root.add_argument("--version", action="version", version=version, help="show the version")
    # Listed in the description instead, each with its help on the same line.
    subparsers = root.add_subparsers(
        prog="legacy-cnn",
        metavar="COMMAND",
        required=True,
        help=argparse.SUPPRESS,
        parser_class=CommandParser,
    )
    for name, command in find_commands().items():
        add = subparsers.add_parser(
            name, description=command.DESCRIPTION, epilog=getattr(command, "EPILOG", None)
        )
        add.set_defaults(command=command)
        command.add_options(add)
    root.set_defaults(debug=False)
    return root


def _description() -> str:
    lines = [f"  {name:11}{command.HELP}" for name, command in find_commands().items()]
    return "\n".join([textwrap.fill(legacy_cnn.__doc__ or "", 79), "", "commands:", *lines])
