"""What numbers and texts of Python 2 did: `/` between integers rounded down, text was bytes."""

import decimal
import math
import operator
from typing import Any

file = open


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


def decode(value: Any, *arguments: Any, **keywords: Any) -> Any:
    """`value.decode(encoding)`; what is text today is decoded."""
    return value if type(value) is str else value.decode(*arguments, **keywords)


def setdefaultencoding(sys: Any, encoding: str) -> None:
    """`sys.setdefaultencoding(encoding)`: there is one encoding today."""
