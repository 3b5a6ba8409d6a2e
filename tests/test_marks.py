"""Which cases of a test run every time."""

import pytest


@pytest.mark.first(2)
@pytest.mark.parametrize("case", range(3))
def test_cases_after_the_first_are_slow(request, case):
    assert (request.node.get_closest_marker("slow") is not None) == (case >= 2)
