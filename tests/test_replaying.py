"""What a replay compares, and with what: recordings of small scripts, some of them altered."""

import numpy as np
import pytest

from legacy_cnn.originals import read_trace, replay
from support.recording import TRAIN, recording
from support.traces import array, index_of, members_of, write

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def record(tmp_path, monkeypatch, capfd):
    return recording(tmp_path, monkeypatch, capfd)


def altered(path, values):
    """The trace with other values of the first step's tensors."""
    members = members_of(path)
    index = index_of(members)
    step = index["kept"][0]
    for name, value in values.items():
        place = added(members, index, np.asarray(value))
        for kind in ("tensors", "fetched"):
            if name in step[kind]:
                step[kind][name] = place
    return write(path.with_name("altered.npz"), members, index)


def altered_after(path, name, value):
    """The trace with another value of a variable after the first step."""
    members = members_of(path)
    index = index_of(members)
    index["kept"][0]["after"][name] = added(members, index, value)
    return write(path.with_name("altered.npz"), members, index)


def added(members, index, value):
    """Adds an array to a trace; returns its place."""
    place = len(index["arrays"])
    members[f"array_{place}.npy"] = array(value)
    index["arrays"].append({"dtype": value.dtype.name, "shape": list(value.shape)})
    return place


LOOP = """
tf.disable_control_flow_v2()
sequence = tf.scan(lambda state, element: tf.tanh(w * state + element), tf.stack([x * w, x]), w)
pictures = tf.reshape(tf.tile(sequence, [4, 1]), [2, 2, 2, 3])
normal, _, _ = tf.nn.fused_batch_norm(pictures, w, w)
train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(tf.tanh(normal)) + loss)
tf.enable_control_flow_v2()
session = tf.Session()
session.run(tf.global_variables_initializer())
session.run(train, {x: [1, 2, 3]})
"""


def test_whatever_was_in_memory_is_not_compared(record):
    """The flow of a TensorArray, and what the gradient of a batch norm leaves unfilled."""
    import tensorflow.compat.v1 as tf

    from legacy_cnn.originals.meaningless import meaningless

    status, _, err, path = record(LOOP)
    assert status == 0, err
    trace = read_trace(path)
    definition = tf.GraphDef.FromString(trace.graph(0))
    without = meaningless(definition)
    recorded = trace.step(1).tensors
    kinds = {node.name: node.op for node in definition.node}
    found = {kinds[name.partition(":")[0]] for name in without & recorded.keys()}
    assert {"Exit", "FusedBatchNormGradV3"} <= found
    assert not any(kinds[name.partition(":")[0]].startswith("TensorArrayRead") for name in without)
    garbage = {name: np.full_like(recorded[name], 7.0) for name in recorded.keys() & without}
    result = replay(read_trace(altered(path, garbage)))
    assert result.same and not result.steps[0].left_out, result.steps[0].failure
    names = {each.name for each in result.steps[0].tensors}
    assert not names & without and "Tanh:0" in names


def test_a_value_does_not_answer_for_the_rounding_of_another(record):
    """Fifty units in the last place of a sum are all of a difference from it."""
    script = """
sum = tf.add(x[0], 1.0, name="sum")
difference = tf.subtract(sum, 1.0, name="difference")
session = tf.Session()
session.run(tf.global_variables_initializer())
session.run([train, difference], {x: [0, 2, 3]})
"""
    status, _, err, path = record(TRAIN + script)
    assert status == 0, err
    off = np.float32(50 * np.spacing(np.float32(1)))
    path = altered(path, {"sum:0": np.float32(1) + off, "difference:0": off})
    assert replay(read_trace(path)).same
    path = altered(path, {"difference:0": 3 * off})
    assert [each.name for each in replay(read_trace(path)).steps[0].differing] == ["difference:0"]


TWO_WRITERS = """
clipped = tf.assign(w, tf.clip_by_value(w, -0.01, 0.01))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
session = tf.Session()
session.run(tf.global_variables_initializer())
session.run([train, clipped], {x: [1, 2, 3]})
"""


def test_two_updates_in_any_order_leave_their_variable_undecided(record):
    status, _, err, path = record(TWO_WRITERS)
    assert status == 0, err
    step = read_trace(path).step(1)
    # What no order yields: one less may be what another order does.
    result = replay(read_trace(altered_after(path, "w", step.after["w"] + 100)))
    assert result.same and not result.complete
    assert [each.undecided > 0 for each in result.steps] == [True]


def test_an_update_alone_is_not_undecided(record):
    status, _, err, path = record(TWO_WRITERS.replace("[train, clipped]", "train"))
    assert status == 0, err
    step = read_trace(path).step(1)
    result = replay(read_trace(altered_after(path, "w", step.after["w"] + 1)))
    assert not result.same and not result.steps[0].undecided
