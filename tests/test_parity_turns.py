"""What the recorded runs of a script show of its step."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow.compat.v1")

from legacy_cnn.originals.trace import KeptStep
from legacy_cnn.parity.turns import Turns, turns_of

pytestmark = pytest.mark.tensorflow


def step(
    number: int, targets: str, fetched: str = "", w: float = 0.0, after: float = 1.0, graph=0, x=0
):
    """A recorded run; `w` is what the weight w is before it, and x is fed."""
    before, later = ({"w": np.float32(value)} for value in (w, after))
    fetches = {name: np.zeros(()) for name in fetched.split()}
    names, feeds = tuple(targets.split()), {"x:0": np.float32([x])}
    return KeptStep(number, 0, graph, names, feeds, {}, (), {}, fetches, (), {}, before, later)


def turns(*steps: KeptStep, ordered: bool = False) -> Turns:
    """Of a graph with two optimizers and a clip of the weight of one of them."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None], name="x")
        w, v = (tf.Variable(1.0, name=name, use_resource=False) for name in "wv")
        for name, variable in (("first", w), ("second", v)):
            loss = tf.reduce_mean((variable * x) ** 2)
            train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, None, [variable])
            train = tf.group(train, name=name)
            if name == "first":
                with tf.control_dependencies([train] if ordered else []):
                    tf.assign(w, tf.clip_by_value(w, -0.1, 0.1), name="clip")
        return turns_of(steps, ["w", "v"], {"clip": (("old.py", 7),), "second": (("old.py", 9),)})


def alternating(*names: str) -> list[KeptStep]:
    """Runs of operations, one after another."""
    runs = enumerate(names, 1)
    return [step(number, name, w=number, after=number + 1) for number, name in runs]


def test_operations_that_are_run_in_turns_are_the_stages_of_a_step():
    found = turns(*alternating("first", "second", "first"))
    assert (found.stages, found.doubts) == (["first", "second"], [])


@pytest.mark.parametrize(
    ("names", "stages", "is_open"),
    [
        ("first second second first", ["first", "second", "second"], False),
        ("first first first second", ["first", "second"], True),
        ("first first first second " * 3, ["first", "first", "first", "second"], False),
        ("first first first first", ["first"], True),  # second may be run later
    ],
)
def test_an_operation_may_be_run_several_times_in_a_turn(names, stages, is_open):
    found = turns(*alternating(*names.split()))
    assert (found.stages, found.is_open) == (stages, is_open)


def test_what_each_run_of_a_step_is_fed_anew_is_told():
    runs = [step(1, "first", x=1), step(2, "second", w=1, x=2), step(3, "first", w=1, x=3)]
    assert turns(*runs).fed_anew["x"].startswith("the script feeds x anew in each run of a step")
    assert not turns(*runs[:1], step(2, "first", w=1, x=2)).fed_anew


def test_a_clip_that_is_run_after_the_step_is_a_stage_of_it():
    found = turns(*alternating("first", "clip", "second", "first"))
    assert (found.stages, found.doubts) == (["first", "clip", "second"], [])


def test_a_fetched_clip_that_waits_for_the_step_is_the_step():
    found = turns(step(1, "first", "clip:0"), step(2, "second", w=1), ordered=True)
    assert (found.stages, found.doubts) == (["clip", "second"], [])


def test_a_clip_that_is_run_at_once_with_the_step_is_no_part_of_a_comparison():
    found = turns(step(1, "first", "clip:0"), step(2, "second", w=1))
    assert found.doubts == [
        "old.py, line 7: the script runs first and clip at once, and each changes w: which of them "
        "comes first is a matter of chance"
    ]


def test_weights_that_change_between_the_steps_are_no_part_of_a_comparison():
    found = turns(step(1, "first"), step(2, "second", w=5))
    assert found.doubts == [
        "the script changes w between its steps 1 and 2, by no operation that takes a step"
    ]


def test_operations_that_are_made_between_the_steps_are_no_part_of_a_comparison():
    found = turns(*alternating("first", "second"), step(3, "", "Assign_9:0", w=3, graph=1))
    assert found.doubts == [
        "the script changes weights by Assign_9, which it adds to its graph between its steps"
    ]


def test_runs_that_are_no_turns_are_told():
    found = turns(*alternating("first", "first", "second"))
    assert found.doubts == ["old.py, line 9: the script does not run first and second in turns"]


def test_an_optimizer_that_the_first_steps_do_not_run_is_told():
    (sentence,) = turns(*alternating("first", "first")).doubts
    assert sentence.startswith("the first steps of the script do not run ")
    assert sentence.endswith("which updates v")


def test_averages_that_every_run_of_the_step_moves_are_a_part_of_it():
    """What the step does not read, a metric, is none, nor what only some runs move."""
    with tf.Graph().as_default() as graph:
        w, mean, total = (
            tf.Variable(1.0, name=n, use_resource=False) for n in ("w", "mean", "total")
        )
        loss = (w - tf.where(tf.placeholder(tf.bool, []), mean, w)) ** 2
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, None, [w], name="train")
        tf.assign_sub(mean, 0.1, name="move")
        tf.assign_add(total, 1.0, name="count")
        steps = [step(1, "train", "move:0 count:0"), step(2, "train", "move:0 count:0", w=1)]
        found = turns_of(steps, ["w"], {})
        (name,) = found.stages
        assert found.joined == {name: train.name}
        beside = {op.name for op in graph.get_operation_by_name(name).control_inputs}
        assert beside == {"train", "move"}
        some = turns_of([steps[0], step(2, "train", w=1)], ["w"], {})
        assert some.stages == ["train"] and not some.joined
