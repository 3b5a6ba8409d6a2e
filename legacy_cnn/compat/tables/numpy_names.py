"""`numpy`: what NumPy 1 had."""

from typing import Any

import numpy

from legacy_cnn.compat.rows import Table

TABLE = Table("numpy", real="numpy")

for _name, _value in {
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "object": object,
    "str": str,
    "long": int,
    "unicode": str,
    "float_": numpy.float64,
    "complex_": numpy.complex128,
    "unicode_": numpy.str_,
    "string_": numpy.bytes_,
    "Inf": numpy.inf,
    "Infinity": numpy.inf,
    "infty": numpy.inf,
    "PINF": numpy.inf,
    "NINF": -numpy.inf,
    "NaN": numpy.nan,
}.items():
    TABLE.value(_name, _value)

TABLE.names(
    {
        "alltrue": "numpy.all",
        "cumproduct": "numpy.cumprod",
        "in1d": "numpy.isin",
        "product": "numpy.prod",
        "round_": "numpy.round",
        "row_stack": "numpy.vstack",
        "sometrue": "numpy.any",
        "trapz": "numpy.trapezoid",
    }
)


@TABLE.serves()
def asfarray(a: Any, dtype: Any = numpy.float64) -> Any:
    """An array of floats."""
    kind = numpy.dtype(dtype)
    return numpy.asarray(a, dtype=kind if kind.kind in "fc" else numpy.float64)


@TABLE.serves(note="numpy.sort with axis=0")
def msort(a: Any) -> Any:
    """A copy that is sorted along its first axis."""
    return numpy.sort(a, axis=0)


@TABLE.serves(note="NumPy 2 calls it item()")
def asscalar(a: Any) -> Any:
    """The one number that is in an array."""
    return a.item()


@TABLE.serves()
def reshape(a: Any, newshape: Any = None, order: Any = "C", **keywords: Any) -> Any:
    """`newshape` is the old name of `shape`."""
    return numpy.reshape(a, keywords.pop("shape", newshape), order=order, **keywords)


@TABLE.serves(note="rows of several lengths make an array of objects")
def array(object: Any, *arguments: Any, **keywords: Any) -> Any:
    """An array, of objects where rows have several lengths."""
    return _ragged(numpy.array, object, arguments, keywords)


@TABLE.serves(note="rows of several lengths make an array of objects")
def asarray(a: Any, *arguments: Any, **keywords: Any) -> Any:
    """An array, of objects where rows have several lengths; without a copy where it can be."""
    return _ragged(numpy.asarray, a, arguments, keywords)


def _ragged(make: Any, value: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    try:
        return make(value, *arguments, **keywords)
    except ValueError as error:
        if "inhomogeneous" not in str(error) or arguments or keywords.get("dtype") is not None:
            raise
        result = numpy.empty(len(value), dtype=object)
        result[:] = list(value)
        return result


@TABLE.serves(note="NumPy 2.3 reads text only")
def fromstring(
    string: Any, dtype: Any = float, count: int = -1, *, sep: str = "", **options: Any
) -> Any:
    """An array of the numbers in a text, or of those that bytes are."""
    if sep:
        return numpy.fromstring(string, dtype, count, sep=sep, **options)
    data = string.encode("latin-1") if isinstance(string, str) else string
    return numpy.frombuffer(data, dtype, count, **options).copy()


#: `numpy.lib` had NumPy's functions that are written in Python.
LIB = Table("numpy.lib", real="numpy.lib")
for _name in ("append", "delete", "diff", "flip", "insert", "pad", "tile", "unique"):
    LIB.names({_name: f"numpy.{_name}"})
