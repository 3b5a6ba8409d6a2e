"""The op seeds in and after recurrent networks, as the old releases told them."""

import json
from pathlib import Path

import pytest

from golden.originals import write_cells
from legacy_cnn import compat
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow

RECORDED = json.loads(Path(write_cells.__file__).with_name("cells.json").read_text())


@pytest.mark.parametrize(
    ("release", "step"),
    [
        ("1.15.5", 5),  # one of five in every run
        *(pytest.param(release, 1, marks=pytest.mark.slow) for release in RECORDED),
    ],
)
def test_networks_have_the_seeds_of_the_release(release, step):
    different = {}
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        for name, seeds in list(RECORDED[release].items())[::step]:
            found = write_cells.seeds(tf, name)
            if "GRUCell" in name and release != "1.15.5":
                # Its second variable was made after the first operations of a call.
                found, seeds = ([each[0], *each[2:]] for each in (found, seeds))
            if found != seeds:
                different[name] = (found, seeds)
    assert not different
