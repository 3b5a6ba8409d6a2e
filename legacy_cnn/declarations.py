"""How a setting is declared once: as a dataclass field with its default, range, help and flag."""

import contextlib
import dataclasses
import math
import numbers
import operator
import os
import typing
from collections.abc import Callable, Iterator, Mapping
from reprlib import repr as shortened
from typing import Any, NamedTuple, Self

from legacy_cnn.errors import UsageError, unknown_name
from legacy_cnn.files import is_path

#: Largest value of a whole number whose setting declares no other one: more than a set has images
#: and a training has steps, and small enough for the integers of NumPy and TensorFlow.
LARGEST = 10**9


class Computed(NamedTuple):
    """A default or a limit that depends on the machine."""

    value: Callable[[], int]
    words: str  #: what it computes


class Declaration(NamedTuple):
    """What the field of a setting declares besides its name, type and default."""

    help: str  #: a phrase: "number of epochs to train"
    at_least: float | None = None
    above: float | None = None
    at_most: float | Computed | None = None  #: None is `LARGEST` for a whole number
    choices: tuple[str, ...] | None = None  #: of a string, or of each item of a tuple
    item: str = ""  #: what an item of a tuple is called in messages
    metavar: str | None = None  #: what stands for the value in the help
    flag: str | None = None  #: None is the name with hyphens
    positional: bool = False  #: whether the command line takes it without a flag
    shown: str | None = None  #: the default in words
    default: Computed | None = None  #: if it depends on the machine


def setting(default: Any, *, shown: str | None = None, **facts: Any) -> Any:
    """Returns a dataclass field that declares a setting.

    Args:
      default: its default value; `Computed` if that depends on the machine.
      shown: the default in words, if the value itself says nothing, such as None.
      **facts: the other fields of `Declaration`.
    """
    if isinstance(default, Computed):
        declared = Declaration(shown=shown, default=default, **facts)
        return dataclasses.field(default_factory=default.value, metadata={"setting": declared})
    declared = Declaration(shown=shown, **facts)
    return dataclasses.field(default=default, metadata={"setting": declared})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checked:
    """Settings whose values are checked against their declarations.

    Raises:
      UsageError: there is no such setting, or a value is of another type or out of range.
    """

    def __new__(cls, /, **values: Any) -> Self:
        # A dataclass' own __init__ raises a TypeError about itself.
        names = {field.name for field in dataclasses.fields(cls)}
        for name in values:
            if name not in names:
                raise UsageError(f"Unknown setting {name!r}.")
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for field in declared(type(self)):
            value = getattr(self, field.name)
            converted = _converted(field.kind, value)
            if converted is not value:
                value = converted
                object.__setattr__(self, field.name, value)
            _check_type(field, value)
            if value is not None:
                _check_range(field, value)


class Declared(NamedTuple):
    """A setting as its dataclass declares it."""

    name: str
    kind: type  #: bool, int, float, str, tuple, or os.PathLike for a path
    optional: bool  #: whether None is a value
    default: Any
    declaration: Declaration

    @property
    def flag(self) -> str:
        """The flag of the command line."""
        return self.declaration.flag or "--" + self.name.replace("_", "-")

    @property
    def largest(self) -> float | None:
        """The largest value that is allowed on this machine; None if every one is."""
        at_most = self.declaration.at_most
        if isinstance(at_most, Computed):
            return at_most.value()
        return LARGEST if at_most is None and self.kind is int else at_most

    def default_in_words(self, here: bool = True) -> str | None:
        """Returns the real default, as help shows it.

        Args:
          here: whether to add the value on this machine, if the default depends on the machine.

        Returns:
          The words, or None if there is nothing to show, for a switch for example.
        """
        computed = self.declaration.default
        if computed is not None:
            return f"{computed.words}, {computed.value()} here" if here else computed.words
        if self.declaration.shown is not None:
            return self.declaration.shown
        return None if self.kind is bool else str(self.default)

    def help(self, here: bool = True) -> str:
        """Returns the help with the default; `here` is as in `default_in_words`."""
        text = self.declaration.help
        default = self.default_in_words(here)
        return text if default is None else f"{text} (default: {default})"


def declared_as(settings: type[Checked], name: str) -> Declared:
    """Returns the setting of that name."""
    return next(field for field in declared(settings) if field.name == name)


def declared(settings: type[Checked]) -> Iterator[Declared]:
    """Yields the settings of a class: its own first, then those of its base classes."""
    hints = typing.get_type_hints(settings)
    fields = {field.name: field for field in dataclasses.fields(settings)}
    classes = settings.__mro__
    names = [name for kind in classes for name in vars(kind).get("__annotations__", ())]
    for name in dict.fromkeys(names):
        field = fields[name]
        declaration = field.metadata["setting"]
        computed = declaration.default
        yield Declared(
            name=name,
            kind=_kind(hints[name]),
            optional=type(None) in typing.get_args(hints[name]),
            default=computed.value() if computed else field.default,
            declaration=declaration,
        )


def command_line(settings: type[Checked], values: Mapping[str, Any]) -> list[str]:
    """Returns the words of a command line that set some settings of a class.

    Args:
      settings: the class.
      values: name -> value; None and False need no words.
    """
    words = []
    for field in declared(settings):
        value = values.get(field.name)
        if value is None or value is False:
            continue
        words.append(field.flag)
        if value is not True:
            words.append(",".join(value) if isinstance(value, tuple) else str(value))
    return words


#: Type -> what a value must be, in words.
_KINDS: dict[type, str] = {
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    str: "a string",
    os.PathLike: "a path",
    tuple: "a list of names",
}

#: Declared type -> the types that are accepted, where these are others.
_ACCEPTED: dict[type, tuple[type, ...]] = {os.PathLike: (str, os.PathLike)}


def _kind(hint: Any) -> type:
    """The one type behind an annotation such as `int | None` or `tuple[str, ...]`."""
    options = typing.get_args(hint) if not isinstance(hint, type) else ()
    if typing.get_origin(hint) is tuple or not options:
        options = (hint,)
    types = [typing.get_origin(option) or option for option in options if option is not type(None)]
    return os.PathLike if os.PathLike in types else types[0]


def _converted(kind: type, value: Any) -> Any:
    """A value as Python's own type, which JSON can hold; others are returned as they are."""
    if kind is tuple and isinstance(value, list):
        return tuple(value)
    if isinstance(value, bool):  # an integer to Python, but no number of epochs
        return value
    if kind is int and hasattr(value, "__index__"):
        with contextlib.suppress(TypeError):  # an array has the method, but refuses
            return operator.index(value)
    if kind is float and isinstance(value, numbers.Real):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    return value


def _check_type(field: Declared, value: Any) -> None:
    if not (_fits(field.kind, value) or (value is None and field.optional)):
        raise UsageError(
            f"{field.name} must be {_KINDS[field.kind]}, not {shortened(value)}.", field.name
        )


def _fits(kind: type, value: Any) -> bool:
    if kind is tuple:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, _ACCEPTED.get(kind, (kind,)))


def _check_range(field: Declared, value: Any) -> None:
    declaration = field.declaration
    choices = declaration.choices
    if choices is not None:
        for name in value if field.kind is tuple else (value,):
            if name not in choices:
                kind, *arguments = (declaration.item,) if declaration.item else 2 * (field.name,)
                raise unknown_name(kind, name, choices, *arguments)
    elif field.kind is tuple:
        return
    elif not _within(field, value):
        expected = _range(field, value)
        raise UsageError(f"{field.name} must be {expected}, not {_in_short(value)}.", field.name)
    elif field.kind in (str, os.PathLike) and not os.fspath(value):
        raise UsageError(f"{field.name} must not be empty.", field.name)
    elif field.kind is os.PathLike and not is_path(os.fspath(value)):
        raise UsageError(f"{field.name} must be a path, not {shortened(value)}.", field.name)


def _within(field: Declared, value: Any) -> bool:
    declaration, largest = field.declaration, field.largest
    # Each comparison is one that NaN fails.
    return (
        (not isinstance(value, float) or math.isfinite(value))
        and (declaration.at_least is None or value >= declaration.at_least)
        and (declaration.above is None or value > declaration.above)
        and (largest is None or value <= largest)
    )


def _in_short(value: Any) -> str:
    """A value in a message; Python refuses to write all digits of a very large integer."""
    if isinstance(value, int) and value.bit_length() > 128:
        return f"an integer of {value.bit_length()} bits"
    return str(value)


def _range(field: Declared, value: Any) -> str:
    """The values that are allowed, in words, when `value` is not."""
    declaration = field.declaration
    at_least, above, at_most = declaration.at_least, declaration.above, declaration.at_most
    if isinstance(at_most, Computed):
        return f"from {at_least} to {at_most.value()}, {at_most.words}"
    if above is not None:
        return (
            f"above {above} and at most {at_most}" if at_most else f"a finite number above {above}"
        )
    if at_most is not None:
        return f"from {at_least} to {at_most}"
    too_large = field.kind is int and value > LARGEST
    return f"at most {LARGEST}" if too_large else f"at least {at_least}"
