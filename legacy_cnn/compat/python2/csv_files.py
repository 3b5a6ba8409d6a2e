"""`csv` of Python 2: its files were open as bytes."""

import codecs
import csv
import io
from typing import Any


def reader(csvfile: Any, *arguments: Any, **keywords: Any) -> Any:
    """`csv.reader`."""
    return csv.reader(_lines(csvfile), *arguments, **keywords)


class DictReader(csv.DictReader):
    """`csv.DictReader`."""

    def __init__(self, f: Any, *arguments: Any, **keywords: Any) -> None:
        super().__init__(_lines(f), *arguments, **keywords)


def writer(csvfile: Any, *arguments: Any, **keywords: Any) -> Any:
    """`csv.writer`."""
    return csv.writer(_text(csvfile), *arguments, **keywords)


class DictWriter(csv.DictWriter):
    """`csv.DictWriter`."""

    def __init__(self, f: Any, *arguments: Any, **keywords: Any) -> None:
        super().__init__(_text(f), *arguments, **keywords)


def _lines(file: Any) -> Any:
    return codecs.iterdecode(file, "utf-8") if _is_bytes(file) else file


def _text(file: Any) -> Any:
    return codecs.getwriter("utf-8")(file) if _is_bytes(file) else file


def _is_bytes(file: Any) -> bool:
    return isinstance(file, io.RawIOBase | io.BufferedIOBase)


def __getattr__(name: str) -> Any:
    return getattr(csv, name)
