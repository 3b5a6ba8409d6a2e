"""The op seeds that a graph seed gave in the old releases, as they told themselves."""

import json
from pathlib import Path

import pytest

from golden.originals import write_operations
from legacy_cnn import compat
from legacy_cnn.compat import notes, origins
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow

RECORDED = json.loads(Path(write_operations.__file__).with_name("operations.json").read_text())

#: Releases, and which of their calls are compared: in every run each tenth of one; all are slow.
COMPARED = [
    ("1.15.5", 10),
    *(pytest.param(release, 1, marks=pytest.mark.slow) for release in RECORDED),
]


#: With some arguments; gradients may be, too.
EQUAL_BY_CHANCE = "tf.train.ExponentialMovingAverage"


@pytest.mark.parametrize(("release", "step"), COMPARED)
def test_seeds_are_those_of_the_release_or_said_not_to_be(release, step):
    """Of a call's random operations and of one after it; and most calls are not said to differ."""
    calls = dict(list(RECORDED[release].items())[::step])
    silent, needless, said = {}, [], 0
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        for call, (count, seeds) in calls.items():
            graph, found = write_operations.graph_of(tf, f"({call}, tf.random_normal([2]))")
            unknown = origins.first_unknown(graph)
            said += unknown is not None
            # The last one's shape, mean and standard deviation come first.
            if found == [*seeds, count + 3]:
                expected = EQUAL_BY_CHANCE in call or "gradients" in (unknown or call)[0].split("/")
                needless += [call] if unknown and not expected else []
            elif not unknown:
                silent[call] = (found, [*seeds, count + 3])
    assert not silent
    assert not needless
    assert said < 0.1 * len(calls)


def test_the_first_call_that_is_not_known_is_named():
    notes.clear()
    with compat.installed(release="1.15.5"):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            tf.random_normal([2])
            tf.contrib.layers.dense_to_sparse(tf.ones([2, 2]))
            tf.contrib.distributions.Bernoulli(logits=tf.ones([2]))
            assert not notes.collected()
            tf.random_normal([2])
    (note,) = notes.collected()
    assert note.startswith("op seeds after dense_to_sparse/") and __file__ in note


@pytest.mark.parametrize("seed", [None, 1])
def test_nothing_is_said_of_seeds_that_no_graph_seed_gives(seed):
    """A random operation with a seed of its own, or in a graph without one."""
    notes.clear()
    with compat.installed(release="1.15.5"):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default():
            tf.contrib.layers.dense_to_sparse(tf.ones([2, 2]))
            tf.random_normal([2], seed=seed)
            if seed:
                tf.set_random_seed(1)
                tf.random_normal([2], seed=seed)
    assert not notes.collected()


@pytest.mark.parametrize(
    "alias, name", [("random.uniform", "random_uniform"), ("math.count_nonzero", "count_nonzero")]
)
def test_a_section_that_lists_a_function_again_counts_it(alias, name):
    seeds = []
    with compat.installed(release="1.15.5"):
        tf = faces("program").imported("tensorflow")
        for each in (alias, name):
            argument = "[2]" if "random" in name else "x(2) > 0"
            seeds.append(
                write_operations.counted(tf, f"(tf.{each}({argument}), tf.random_normal([2]))")
            )
    assert seeds[0][1] == seeds[1][1]


SLICES = {
    "x(2,3)[:, :tf.placeholder(tf.int32,[])]": 7,
    "x(2,3)[tf.placeholder(tf.int32,[]):, 1:]": 7,
    "x(2,3)[:tf.placeholder(tf.int64,[])]": 8,
    "x(2,3)[:, :tf.placeholder(tf.int64,[])]": 9,
    "x(2,3,4)[..., :tf.placeholder(tf.int32,[]), 1]": 8,
    "tf.Variable(tf.zeros([3]))[:tf.placeholder(tf.int32,[])]": 9,
}


@pytest.mark.parametrize("call, count", SLICES.items())
def test_slices_by_tensors_make_as_many_operations_as_in_1_15(call, count):
    with compat.installed(release="1.15.5"):
        tf = faces("program").imported("tensorflow")
        _, found = write_operations.counted(tf, f"({call}, tf.random_normal([2]))")
    assert found[-1] - 3 == count


def test_functions_of_numpy_count_nothing():
    with compat.installed(release="1.15.5"):
        tf, np = (faces("program").imported(each) for each in ("tensorflow", "numpy"))
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(1)
            np.eye(3), np.split(np.ones([4]), 2), np.linspace(0, 1, 3)
            tf.random_normal([2])
        assert [each.get_attr("seed2") for each in graph.get_operations()[3:4]] == [3]
