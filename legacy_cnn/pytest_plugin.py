"""pytest's plugin: the fixture `assert_same_program`.

Loaded by every pytest of an environment in which this package is installed, so it imports
nothing until the fixture is used.
"""

import pytest


@pytest.fixture
def assert_same_program():
    """`legacy_cnn.parity.assert_same_program`; a test that fails by it shows the table alone."""
    from legacy_cnn import parity

    def check(candidate, **arguments):
        __tracebackhide__ = True
        try:
            return parity.assert_same_program(candidate, **arguments)
        except AssertionError as error:
            pytest.fail(str(error), pytrace=False)

    return check
