"""A pytest plugin with the fixture `assert_same_program`.

Every pytest in an environment with this package loads it, so it imports TensorFlow only when the
fixture is used.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from legacy_cnn.parity import Report


@pytest.fixture
def assert_same_program() -> "Callable[..., Report]":
    """`legacy_cnn.parity.assert_same_program`; a failed test shows only the verdict and
    the table."""
    from legacy_cnn import parity

    def check(candidate: Any, **arguments: Any) -> "Report":
        __tracebackhide__ = True
        try:
            return parity.assert_same_program(candidate, **arguments)
        except AssertionError as error:
            difference = str(error)
        # Not in the handler: pytest would show the error that was handled, too.
        pytest.fail(difference, pytrace=False)

    return check
