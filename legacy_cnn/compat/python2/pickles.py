"""`pickle` of Python 2: files may be open as text, and what Python 2 has written is read."""

import io
import pickle
from typing import Any


def load(file: Any, *arguments: Any, **keywords: Any) -> Any:
    """`pickle.load`; the texts of Python 2, in which NumPy kept its arrays, are read as latin-1."""
    return pickle.load(_bytes(file), *arguments, **{"encoding": "latin1", **keywords})


def loads(data: Any, *arguments: Any, **keywords: Any) -> Any:
    """`pickle.loads`, of a text or of bytes."""
    data = data.encode("latin1") if isinstance(data, str) else data
    return pickle.loads(data, *arguments, **{"encoding": "latin1", **keywords})


def dump(obj: Any, file: Any, *arguments: Any, **keywords: Any) -> None:
    """`pickle.dump`."""
    pickle.dump(obj, _bytes(file), *arguments, **keywords)


def _bytes(file: Any) -> Any:
    """What is below a file that is open as text."""
    return getattr(file, "buffer", file) if isinstance(file, io.TextIOBase) else file


def __getattr__(name: str) -> Any:
    return getattr(pickle, name)
