"""Arguments as an old release took them: their order, and what their names became."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from legacy_cnn.compat.faces import resolved


def named(
    function: str,
    names: Sequence[str],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    renamed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Gives positional arguments their names, and old keywords today's.

    Args:
      function: what was called, for the message.
      names: today's names of the positional arguments, in their order.
      arguments: the positional arguments.
      keywords: the arguments that have a name.
      renamed: old keyword -> today's.

    Raises:
      TypeError: too many arguments, or two for one name.
    """
    if len(arguments) > len(names):
        raise TypeError(
            f"{function}() takes {len(names)} positional arguments but {len(arguments)} were given"
        )
    result = dict(zip(names, arguments, strict=False))
    for old, value in keywords.items():
        name = (renamed or {}).get(old, old)
        if name in result:
            raise TypeError(f"{function}() got multiple values for argument {old!r}")
        result[name] = value
    return result


def renaming(
    path: str, renamed: Mapping[str, str] | None = None, **defaults: Any
) -> Callable[..., Any]:
    """A function that is today's but for keywords that had other names, or other defaults.

    Args:
      path: what serves it, as in a row.
      renamed: old keyword -> today's.
      defaults: what has a value where a call gives none, such as the name of the operation.
    """
    function = resolved(path)
    signature = inspect.signature(function)

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        keywords = {(renamed or {}).get(name, name): value for name, value in keywords.items()}
        given = signature.bind_partial(*arguments, **keywords).arguments
        missing = {name: value for name, value in defaults.items() if name not in given}
        return function(*arguments, **keywords, **missing)

    return called


def name_at(path: str, position: int, *, unless: Sequence[str] = ()) -> Callable[..., Any]:
    """A function that is today's but for an argument that was put before `name` since.

    Args:
      path: what serves it, as in a row.
      position: where `name` was, from 0.
      unless: strings that may be the argument that is there today.
    """
    function = resolved(path)

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        names = [each for each in arguments[position:] if isinstance(each, str)]
        if len(arguments) == position + 1 and names and names[0] not in unless:
            return function(*arguments[:position], name=names[0], **keywords)
        return function(*arguments, **keywords)

    return called
