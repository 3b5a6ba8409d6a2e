"""Runs an experiment: `python docs/experiments NAME`. Without a name, lists the experiments."""

import argparse
import importlib
import pkgutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

if not __package__:  # run by its path: this directory is on the path, in place of its parent
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import experiments
from legacy_cnn.errors import LegacyCnnError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs an experiment.

    Args:
      argv: the words of the command line; None takes the process's own.

    Returns:
      The exit status: 0, or 1 if the experiment failed.
    """
    arguments = parser().parse_args(argv)
    if arguments.experiment is None:
        print(listing())
        return 0
    try:
        arguments.experiment.run(arguments)
    except (LegacyCnnError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def find_experiments() -> dict[str, ModuleType]:
    """The experiments by name, in alphabetical order: the modules of this package."""
    modules = pkgutil.iter_modules(experiments.__path__)
    names = [each.name for each in modules if not each.ispkg and each.name != "__main__"]
    return {name: importlib.import_module(f"experiments.{name}") for name in sorted(names)}


def parser() -> argparse.ArgumentParser:
    """The parser of all experiments."""
    root = argparse.ArgumentParser(
        prog="python docs/experiments",
        usage="%(prog)s [-h] [NAME ...]",
        description="Runs the experiments that record and show the numbers of the docs. "
        "Without a name, lists them.",
    )
    root.set_defaults(experiment=None)
    subparsers = root.add_subparsers(
        prog=root.prog, metavar="NAME", title="experiments", description="one of:"
    )
    for name, module in find_experiments().items():
        description = f"{_sentence(module.HELP)} Writes {', '.join(module.WRITES)}."
        add = subparsers.add_parser(name, help=module.HELP, description=description)
        add.set_defaults(experiment=module)
        if hasattr(module, "add_options"):
            module.add_options(add)
    return root


def listing() -> str:
    """The experiments with what they do, what they write, and how long they take."""
    parts, found = [], find_experiments()
    width = max(map(len, found)) + 2
    for name, module in found.items():
        facts = f"Writes {', '.join(module.WRITES)}. Takes {module.TAKES}."
        text = f"{_sentence(module.HELP)} {facts}"
        parts.append(textwrap.fill(f"{name:{width}}{text}", 79, subsequent_indent=" " * width))
    return "\n".join(parts)


def _sentence(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."


if __name__ == "__main__":
    sys.exit(main())
