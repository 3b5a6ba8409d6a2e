"""What else is set for an old program, and set back: TensorFlow's switches, logs, printing."""

import contextlib
import logging
import warnings
from collections.abc import Callable, Iterator

import numpy
import tensorflow


@contextlib.contextmanager
def old_behaviour() -> Iterator[None]:
    """TensorFlow 1's behaviour, in the block; afterwards TensorFlow 2's, if that was on before."""
    v1 = tensorflow.compat.v1
    was_new = tensorflow.executing_eagerly()
    v1.disable_v2_behavior()
    try:
        yield
    finally:
        if was_new:
            # A graph that the program left behind would forbid the switch.
            v1.reset_default_graph()
            v1.enable_v2_behavior()


@contextlib.contextmanager
def only_the_programs_logs() -> Iterator[None]:
    """Hides what TensorFlow 2 says about TensorFlow 1, in the block."""
    logger = tensorflow.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)  # TensorFlow 1's
    logger.addFilter(_is_of_the_program)
    with warnings.catch_warnings():
        for text in _HIDDEN_WARNINGS:
            warnings.filterwarnings("ignore", message=text)
        try:
            yield
        finally:
            logger.removeFilter(_is_of_the_program)
            logger.setLevel(level)


#: How TensorFlow's messages about deprecated names begin.
_HIDDEN_LOGS = ("From %s: ", "The name %s is deprecated", "%s: calling %s")
#: Keras 2's and others' warnings about TensorFlow 1's names.
_HIDDEN_WARNINGS = (r".*`tf\.\S+` is deprecated", r".*`\S+` is deprecated and will be removed")


def _is_of_the_program(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_HIDDEN_LOGS)


@contextlib.contextmanager
def old_printing() -> Iterator[None]:
    """NumPy prints as NumPy 1 did, in the block."""
    before = numpy.get_printoptions()["legacy"]
    numpy.set_printoptions(legacy="1.25")
    try:
        yield
    finally:
        numpy.set_printoptions(legacy=before)


EFFECTS: tuple[Callable[[], contextlib.AbstractContextManager[None]], ...] = (
    old_behaviour,
    only_the_programs_logs,
    old_printing,
)
