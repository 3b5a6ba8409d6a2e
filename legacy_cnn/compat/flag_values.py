"""A program's own flags, apart from those of libraries, whose `log_dir` and `v` it may define too.

They are absl's, as from TensorFlow 1.5 on, and read the command line as argparse did before: when
a flag is read for the first time, with what is unknown left to the program.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from absl import flags

from legacy_cnn.compat import options

_WORDS = ("true", "false", "t", "f", "1", "0")


class FlagValues:
    """The values of a program's flags, as attributes.

    The command line is read when the first of them is. A value that is set wins from then on; one
    that is set without being defined defines it.
    """

    def __init__(self) -> None:
        values = flags.FlagValues()
        values.set_gnu_getopt(True)  # flags may follow other words
        vars(self)["_values"] = values

    def _parse_flags(self, args: Sequence[str] | None = None) -> list[str]:
        """Reads a command line, without the program's name, and returns what is no flag."""
        words = sys.argv[1:] if args is None else list(args)
        return _parsed(self._values, [sys.argv[0], *_as_absl(self._values, words)])[1:]

    def __call__(self, argv: Sequence[str], known_only: bool = True) -> list[str]:
        """Reads a command line, and returns the program's name and what is no flag."""
        return [argv[0], *self._parse_flags(argv[1:])]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__flags":
            raise AttributeError(name)
        values = self._values
        if hasattr(type(values), name):  # absl's methods
            return getattr(values, name)
        if not values.is_parsed():
            self._parse_flags()
        return dict(values.flag_values_dict()) if name == "__flags" else getattr(values, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not self._values.is_parsed():
            self._parse_flags()
        if name not in self._values:
            define(flags.DEFINE_string, name, None, "", flag_values=self._values)
        self._values[name].value = value
        self._values[name].using_default_value = False

    def __delattr__(self, name: str) -> None:
        delattr(self._values, name)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return dir(self._values)


def define(function: Any, name: str, default: Any, text: str | None, **keywords: Any) -> Any:
    """Defines a flag with a default of any type: argparse took `DEFINE_integer("steps", 1e5)`."""
    try:
        return function(name, default, text, **keywords)
    except flags.IllegalFlagValueError:
        holder = function(name, None, text, **keywords)
    flag = keywords["flag_values"][name]
    flag.default = flag.value = default
    return holder


def _parsed(values: flags.FlagValues, words: list[str]) -> list[str]:
    """Reads a command line; a value that is not allowed ends the program, as in TensorFlow 1.5."""
    try:
        return list(values(words, known_only=True))
    except flags.Error as error:
        sys.stderr.write(f"FATAL Flags parsing error: {error}\n")
        sys.exit(1)


def _as_absl(values: flags.FlagValues, words: Sequence[str]) -> list[str]:
    """A command line that argparse understands, as absl does.

    argparse took `--debug False` for a boolean flag, and the beginning of a name for it.
    """
    result: list[str] = []
    rest = list(words)
    while rest and rest[0] != "--":
        word = _full(values, rest.pop(0))
        if _is_boolean(values, word) and rest and rest[0].lower() in _WORDS:
            word += "=" + rest.pop(0)
        if word in ("-h", "--help"):
            _help(values)
        result.append(word)
    return result + rest


def _full(values: flags.FlagValues, word: str) -> str:
    """A flag by its whole name, if it begins that of just one."""
    name, equals, value = word.partition("=")
    known = [each for each in values if each.startswith(name[2:])]
    if not name.startswith("--") or len(name) < 3 or name[2:] in values or len(known) != 1:
        return word
    return f"--{known[0]}{equals}{value}"


def _is_boolean(values: flags.FlagValues, word: str) -> bool:
    name = word.lstrip("-")
    return word.startswith("-") and name in values and values[name].boolean


def _help(values: flags.FlagValues) -> None:
    if "help" in values or "h" in values:
        return
    text = getattr(sys.modules["__main__"], "__doc__", None) or f"USAGE: {sys.argv[0]} [flags]"
    print(f"{text.strip()}\nflags:\n{values.get_help()}")
    # absl's, which read the flags from 1.5 on, is 1; argparse's was 0.
    sys.exit(1 if options.release() == options.RELEASE else 0)
