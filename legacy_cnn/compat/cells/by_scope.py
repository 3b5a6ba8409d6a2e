"""Cells as until 1.0: their weights are those of the variable scope in which they are called.

The names are those of the release, so that checkpoints of then can be restored.
"""

import re
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options


class Names(NamedTuple):
    """How a release called the variables of a linear map."""

    scope: str | None  #: the variable scope that they were in, if they had one of their own
    kernel: str
    bias: str


_NAMES = {
    "0.12.1": Names("Linear", "Matrix", "Bias"),
    "1.0.1": Names(None, "weights", "biases"),
}
_SINCE_1_2 = Names(None, "kernel", "bias")


def names() -> Names:
    """The names of the release that the program sees."""
    return _NAMES.get(options.release(), _SINCE_1_2)


def is_on() -> bool:
    """Whether cells have the weights of the variable scope in which they are called."""
    return options.release() in _NAMES


def is_0x() -> bool:
    """Whether scopes have the names of 0.x."""
    return options.release() == "0.12.1"


def spelled(of_0x: str, later: str) -> str:
    """The name of a scope or a variable: that of 0.x, or the one since 1.0."""
    return of_0x if is_0x() else later


def scope_name(cell: Any) -> str:
    """The variable scope of a cell: its class in 0.x, and what that is called in 1.0."""
    if is_0x():
        return type(cell).__name__
    ours = next(each for each in type(cell).__mro__ if each.__module__.startswith(__package__))
    return getattr(ours, "SCOPE", None) or snake_case(ours.__name__)


def snake_case(name: str) -> str:
    """`BasicLSTMCell` as `basic_lstm_cell`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def linear_scope(scope: Any = None) -> Any:
    """The variable scope of a linear map."""
    return tf.variable_scope(scope or names().scope or tf.get_variable_scope())
