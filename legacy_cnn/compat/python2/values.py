"""What numbers and texts of Python 2 did: `/` between integers rounded down, text was bytes."""

import codecs
import decimal
import math
import operator
from typing import Any

from legacy_cnn.compat.python2 import texts

file = open
raw_input = input
formatted, modulo, octal = texts.formatted, texts.modulo, texts.octal
representation, string = texts.representation, texts.string


def divided(left: Any, right: Any) -> Any:
    """`left / right` as in Python 2."""
    if _is_integer(left) and _is_integer(right):
        return left // right
    return left / right


def divided_in_place(left: Any, right: Any) -> Any:
    """`left /= right` as in Python 2."""
    if _is_integer(left) and _is_integer(right):
        return operator.ifloordiv(left, right)
    return operator.itruediv(left, right)


def _is_integer(value: Any) -> bool:
    """Whether it is an integer, whether of Python, NumPy or TensorFlow."""
    if isinstance(value, int):
        return True
    dtype = getattr(value, "dtype", None)
    # TensorFlow's types say it themselves, NumPy's by their kind.
    return bool(getattr(dtype, "is_integer", getattr(dtype, "kind", "f") in "iub"))


def rounded(number: Any, ndigits: int = 0) -> Any:
    """`round(number)`: a float, and halves go away from zero."""
    if not isinstance(number, int | float) or not math.isfinite(number):
        return round(number, ndigits)
    step = decimal.Decimal(1).scaleb(-ndigits)
    with decimal.localcontext() as context:
        context.prec = 400  # any float, to the last digit
        return float(decimal.Decimal(number).quantize(step, decimal.ROUND_HALF_UP))


def cmp(left: Any, right: Any) -> int:
    """Whether the left is the smaller (-1), the same (0), or the larger (1)."""
    return int(left > right) - int(left < right)


def text(value: Any, *arguments: Any, **keywords: Any) -> str:
    """`unicode(value, encoding)`; what is text today needs no encoding."""
    return value if isinstance(value, str) else str(value, *arguments, **keywords)


#: Encodings of text as other text.
_OF_TEXT = ("base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib")


def encode(value: Any, *arguments: Any, **keywords: Any) -> Any:
    """`value.encode(encoding)`; bytes are encoded, and some encodings were of text as text."""
    if arguments and arguments[0] in _OF_TEXT and isinstance(value, str | bytes):
        data = value.encode("latin1") if isinstance(value, str) else value
        if arguments[0] == "rot13":
            return codecs.encode(data.decode("latin1"), "rot13")
        return codecs.encode(data, arguments[0]).decode("latin1")
    return value if type(value) is bytes else value.encode(*arguments, **keywords)


def shown(value: Any) -> Any:
    """What `print` shows of a value: bytes were text, where they are."""
    try:
        return value.decode("utf-8") if type(value) is bytes else texts.written(value)
    except UnicodeDecodeError:
        return value


def executed(code: Any) -> Any:
    """What `exec` is given, translated if it is text."""
    from legacy_cnn.compat.python2.translation import translated

    tree = translated(code, "<string>", False) if isinstance(code, str) else None
    return code if tree is None else compile(tree, "<string>", "exec", dont_inherit=True)


def decode(value: Any, *arguments: Any, **keywords: Any) -> Any:
    """`value.decode(encoding)`; what is text today is decoded."""
    if arguments and arguments[0] in _OF_TEXT and type(value) is str:
        if arguments[0] == "rot13":
            return codecs.decode(value, "rot13")
        return codecs.decode(value.encode("latin1"), arguments[0]).decode("latin1")
    return value if type(value) is str else value.decode(*arguments, **keywords)


def setdefaultencoding(sys: Any, encoding: str) -> None:
    """`sys.setdefaultencoding(encoding)`: there is one encoding today."""
