"""The table of TensorFlow's old releases."""

import pytest

from legacy_cnn import releases, vocabulary
from legacy_cnn.errors import UsageError


def test_the_releases_from_0_12_to_1_15_are_there():
    names = ["0.12", *(f"1.{minor}" for minor in range(16))]
    assert list(releases.RELEASES) == names
    assert releases.find("1.15.5") is releases.find("1.15") is releases.RELEASES["1.15"]


@pytest.mark.parametrize("name", ["0.11", "2.0", "1", "1.15.", "", "1.15.5.1", "1.15\n"])
def test_other_releases_end_in_one_sentence(name):
    with pytest.raises(UsageError, match=r"^release must be one of 0\.12, 1\.0, .*, not"):
        releases.find(name)


def test_op_seeds_are_in_the_order_of_the_listing():
    assert list(releases.WEIGHT_SEEDS) == list(vocabulary.PARAMETERS)
