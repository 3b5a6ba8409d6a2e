"""The op seeds that a graph seed gave in the old releases, as they told themselves."""

import json
from pathlib import Path

import pytest

from golden.originals import write_operations
from legacy_cnn import compat
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow

RECORDED = json.loads(Path(write_operations.__file__).with_name("operations.json").read_text())

#: What makes another number of operations today, after which seeds are not the release's.
UNKNOWN = ("gradients", "minimize", "Saver", "clip_by_global_norm", "orthogonal", "_rnn(")


#: The others are slow: many comparisons of one kind.
RELEASES = [
    pytest.param(release, marks=[] if release == "1.15.5" else pytest.mark.slow)
    for release in RECORDED
]


@pytest.mark.parametrize("release", RELEASES)
def test_random_operations_have_the_seeds_of_the_release(release):
    different = {}
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        for call, (_, seeds) in RECORDED[release].items():
            if not any(name in call for name in UNKNOWN):
                _, found = write_operations.counted(tf, call)
                if found != seeds:
                    different[call] = (found, seeds)
    assert not different


@pytest.mark.parametrize("release", RELEASES)
def test_what_follows_a_call_is_counted_from_there(release):
    """A random operation after each call has the seed that it would have had."""
    different = {}
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        for call, (count, _) in RECORDED[release].items():
            if not any(name in call for name in UNKNOWN):
                _, found = write_operations.counted(tf, f"({call}, tf.random_normal([2]))")
                if found[-1] != count + 3:  # its shape, mean and standard deviation come first
                    different[call] = (found[-1] - 3, count)
    assert not different


def test_functions_of_numpy_count_nothing():
    with compat.installed(release="1.15.5"):
        tf, np = (faces("program").imported(each) for each in ("tensorflow", "numpy"))
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(1)
            np.eye(3), np.split(np.ones([4]), 2), np.linspace(0, 1, 3)
            tf.random_normal([2])
        assert [each.get_attr("seed2") for each in graph.get_operations()[3:4]] == [3]
