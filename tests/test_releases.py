"""The table of TensorFlow's old releases."""

import pytest

from legacy_cnn import releases, vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import Settings


def test_the_releases_from_0_12_to_1_15_are_there():
    names = ["0.12", *(f"1.{minor}" for minor in range(16))]
    assert list(releases.RELEASES) == names
    assert releases.find("1.15.5") is releases.find("1.15") is releases.RELEASES["1.15"]


OTHERS = ["0.11", "2.0", "1", "1.15.", "", "1.15.5.1", "1.15\n", "1.15.\u0661"]


@pytest.mark.parametrize("name", OTHERS)
def test_other_releases_end_in_one_sentence(name):
    with pytest.raises(UsageError, match=r"^release must be one of 0\.12, 1\.0, .*, not .*\.$"):
        releases.find(name)
    with pytest.raises(UsageError, match=r"^release must "):
        Settings(release=name)


def test_a_release_may_be_named_with_its_patch():
    assert Settings(release="1.15.5", graph_seed=7).release == "1.15.5"
    with pytest.raises(UsageError, match=r"not 0\.12\.$"):
        releases.find(0.12)


def test_op_seeds_are_in_the_order_of_the_listing():
    assert list(releases.WEIGHT_SEEDS) == list(vocabulary.PARAMETERS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"graph_seed": 7},
            "graph_seed needs release, because old releases draw different numbers from it.",
        ),
        (
            {"numpy_seed": 7},
            "numpy_seed goes with release 0.12, 1.0 or 1.1 only: later loaders seed NumPy's "
            "generator themselves, from graph_seed.",
        ),
        (
            {"numpy_seed": 7, "release": "1.2"},
            "numpy_seed goes with release 0.12, 1.0 or 1.1 only: later loaders seed NumPy's "
            "generator themselves, from graph_seed.",
        ),
        (
            {"graph_seed": 7, "release": "1.15", "initial": "scaled"},
            "graph_seed draws the tutorial's weights, so initial cannot be scaled.",
        ),
        (
            {"graph_seed": 7, "release": "1.15", "seed": 1},
            "seed 1 has no effect here: every random number comes from graph_seed.",
        ),
        (
            {"graph_seed": 7, "release": "1.0", "numpy_seed": 0, "seed": 1},
            "seed 1 has no effect here: every random number comes from graph_seed and numpy_seed.",
        ),
        ({"graph_seed": 2**31 - 1}, "graph_seed must be from 0 to 2147483646, not 2147483647."),
    ],
)
def test_settings_that_exclude_each_other_end_in_one_sentence(settings, message):
    with pytest.raises(UsageError) as caught:
        Settings(**settings)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "settings",
    [
        {"release": "0.12", "graph_seed": 7, "numpy_seed": 0},
        {"release": "1.1", "graph_seed": 7, "seed": 1},
        {"release": "1.0", "numpy_seed": 7, "seed": 1, "initial": "scaled"},
        {"release": "1.15", "seed": 1, "initial": "scaled"},
    ],
)
def test_settings_that_go_together(settings):
    Settings(**settings)
