"""Errors of a program that were shown already: Python must not show them again."""

import sys


def show_once(error: BaseException) -> None:
    """Shows the traceback of an error as Python does at its end; Python will not do so again."""
    sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook = _nothing


def is_shown() -> bool:
    """Whether the error that ends the process has been shown."""
    return sys.excepthook is _nothing


def _nothing(*_: object) -> None:
    """What Python calls instead."""
