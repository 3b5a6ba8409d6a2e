"""Options of the command line, from the settings that they give values to."""

import argparse
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from legacy_cnn.declarations import Checked, Declared, declared
from legacy_cnn.errors import expected_name
from legacy_cnn.escaping import escaped_controls


class Usage(SystemExit):
    """The end that a parser asks for; any other `SystemExit` is a program's that runs here."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are safe on a terminal, whatever the words of the command line are."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        try:
            super().exit(status, message)
        except SystemExit as end:
            raise Usage(end.code) from None

    def error(self, message: str) -> NoReturn:
        super().error(escaped_controls(message))


class CommandParser(Parser):
    """The parser of one command; it knows the flag of each argument."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.flags: dict[str, str] = {}  # before argparse adds --help
        super().__init__(*arguments, **options)
        self.set_defaults(parser=self)
        # Not set if it is not given: it may come before an action of a command or after it.
        self.add_argument(
            "--debug",
            action="store_true",
            default=argparse.SUPPRESS,
            help="show the traceback of an error",
        )

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        action = super().add_argument(*names, **options)
        if action.type is None and action.nargs != 0:
            action.type = not_empty
        flag = action.option_strings[-1] if action.option_strings else action.metavar
        self.flags[action.dest] = str(flag or action.dest)
        return action

    def add_settings(self, settings: type[Checked], *names: str) -> None:
        """Adds an option for each setting of a dataclass, or for those of the given names."""
        for setting in declared(settings):
            if not names or setting.name in names:
                self.add_setting(setting)

    def add_setting(self, setting: Declared, **facts: Any) -> None:
        """Adds an option for a setting; `facts`, such as `help`, replace those it declares."""
        setting = setting._replace(declaration=setting.declaration._replace(**facts))
        options = _options(setting)
        if setting.declaration.positional:
            self.add_argument(setting.name, nargs="*", **{**options, "type": None})
        else:
            self.add_argument(setting.flag, dest=setting.name, **options)

    def add_json(self) -> None:
        """Adds `--json`."""
        self.add_argument("--json", action="store_true", help="print the result as JSON")

    def add_html(self, plotted: str = "") -> None:
        """Adds `--html FILE`.

        Args:
          plotted: what has charts on its page, which need matplotlib; "" if nothing has.
        """
        needs = f"; {plotted} needs pip install 'legacy-cnn[plots]'" if plotted else ""
        help = f"also write the result as an HTML page{needs}"
        self.add_argument("--html", metavar="FILE", help=help)


def given(arguments: argparse.Namespace, settings: type[Checked]) -> dict[str, Any]:
    """Returns the settings that are on the command line, by name."""
    names = [setting.name for setting in declared(settings)]
    return {name: getattr(arguments, name) for name in names if hasattr(arguments, name)}


def in_flags(text: str, arguments: Collection[str], flags: Mapping[str, str]) -> str:
    """Replaces the names of arguments in a message by flags.

    Args:
      text: the message.
      arguments: names of arguments in it.
      flags: argument's name -> flag; an argument without one keeps its name.
    """
    for name in arguments:
        # Neither a part of a longer word nor of a path.
        word = rf"(?<![\w./-]){re.escape(name)}(?![\w/-]|\.\w)"
        text = re.sub(word, lambda match: flags.get(match[0], match[0]), text)
    return text


def not_empty(text: str) -> str:
    """Refuses an empty value: as a path, it would be the current directory."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def one_of(choices: Collection[str]) -> Callable[[str], str]:
    """Returns a function that refuses every text that is not one of the choices."""

    def check(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"must be {expected_name(text, choices)}")
        return text

    return check


def names(text: str) -> tuple[str, ...]:
    """Splits a list of names at its commas."""
    return tuple(text.split(","))


_PARSERS: dict[type, Any] = {int: int, float: float, tuple: names}


def _options(setting: Declared) -> dict[str, Any]:
    """What argparse is told about the option of a setting."""
    # A setting that is not on the command line is left out: the dataclass has the default.
    options: dict[str, Any] = {"default": argparse.SUPPRESS}
    # argparse would replace what follows a percent sign.
    options["help"] = setting.help().replace("%", "%%")
    if setting.kind is bool:
        return {**options, "action": "store_true"}
    if setting.kind in _PARSERS:
        options["type"] = _PARSERS[setting.kind]
    choices = setting.declaration.choices
    if setting.kind is not tuple and choices:
        # In the package's own words; those of argparse's `choices` differ between Pythons.
        return {**options, "type": one_of(choices), "metavar": f"{{{','.join(choices)}}}"}
    return {**options, "metavar": setting.declaration.metavar}
