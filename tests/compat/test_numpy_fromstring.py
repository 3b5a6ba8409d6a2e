"""`numpy.fromstring`, which NumPy 2.3 has for text only."""

import numpy
import pytest

from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("data", [b"\x01\x02\x03", "\x01\x02\x03"])
def test_bytes_are_numbers_that_can_be_changed(data):
    np = faces("program").imported("numpy")
    found = np.fromstring(data, dtype=np.uint8)
    found += 1
    assert found.tolist() == [2, 3, 4]
    assert np.fromstring(data, np.uint8, 2).tolist() == [1, 2]


def test_a_text_of_numbers():
    np = faces("program").imported("numpy")
    numpy.testing.assert_array_equal(np.fromstring("1 2.5", sep=" "), [1, 2.5])
