"""What errors of sessions say: the operation's own words first, as in TensorFlow 1."""

import re

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import program

_START = "Graph execution error:\n\n"
#: Where each operation was made, which TensorFlow 2 puts first.
_PLACES = re.compile(r"Detected at node .*?\nNode: [^\n]*\n", re.DOTALL)
_NODE = re.compile(r"\{\{node ([^}]*)\}\}")


def as_it_was(error: tf.errors.OpError) -> tf.errors.OpError:
    """An error of a session with TensorFlow 1's message: `<what> [[node <name> (...)]]`."""
    if not error.message.startswith(_START):
        return error
    message = error.message[len(_START) :]
    while place := _PLACES.match(message):
        message = message[place.end() :]
    made = _where(error.op)
    message = _NODE.sub(lambda match: f"node {match[1]}{made}", message)
    code = (error.error_code,) if type(error) is tf.errors.OpError else ()
    old = type(error)(error.node_def, error.op, message, *code)
    return old.with_traceback(error.__traceback__)


def _where(operation: tf.Operation | None) -> str:
    """Which line of the program made an operation, as 1.15 said it."""
    for frame in reversed(getattr(operation, "traceback", None) or ()):
        if program.is_own({"__file__": frame.filename}):
            return f" (defined at {frame.filename}:{frame.lineno}) "
    return ""
