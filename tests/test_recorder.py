"""What the recorder records of sessions, here on today's TensorFlow."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from legacy_cnn.originals import read_trace
from support.recording import TRAIN, recording
from support.traces import array, index_of, members_of, write

SMALL = Path(__file__).parent / "golden" / "originals" / "traces" / "small.py"


@pytest.fixture
def record(tmp_path, monkeypatch, capfd):
    return recording(tmp_path, monkeypatch, capfd)


@pytest.mark.tensorflow
def test_a_script_prints_the_same_and_replays(record, called):
    from legacy_cnn.originals import replay

    status, out, err, path = record(SMALL, "6", options=("--steps", "5"))
    assert status == 0
    lines = out.splitlines()
    assert len(lines) == 5 and lines[4].startswith("4 ")
    assert re.findall("step (.): 12 variables, 3 fed, 1 drawn, 0 delivered", err) == [*"1235"]
    assert re.search(r"trace.npz: 5 steps of .*small.py; kept: 1, 2, 3 and 5 \(\d+ kB\)\.\n$", err)
    result = replay(read_trace(path))
    assert result.same and [step.number for step in result.steps] == [1, 2, 3, 5]
    assert max(each.difference for step in result.steps for each in step.tensors) < 1e-6


@pytest.mark.tensorflow
def test_what_is_a_step(record):
    status, out, err, path = record(
        TRAIN
        + """
init = tf.global_variables_initializer()
outside = tf.assign(other, 3.0)
double = tf.assign(w, 2 * w)
graph.finalize()
with tf.Session() as session:
    session.run(init)
    session.run(init)          # the same first values again: no step
    session.run(outside)       # not a trainable variable
    session.run(loss, {x: [1, 2, 3]})
    session.run(train, {x: [0, 0, 0]})   # changes nothing
    value, _ = session.run([loss, train], {x: [1, 2, 3]})
    print(value)
    session.run(double)
    w.load([1, 1, 1], session)
"""
    )
    assert (status, out) == (0, "18.0\n")
    assert err.endswith("The script ended before step 30.\n")
    trace = read_trace(path)
    assert trace.kept == (1, 2) and trace.steps == 2
    first = trace.step(1)
    assert first.fetched["loss:0"] == 18 and trace.curves["loss:0"][1] == [18]
    assert first.before["w"].tolist() == [1, 1, 1] and first.before["other"] == 3
    assert first.after["w"][0] == np.float32(0.7) and first.after["w/Momentum"][0] == 3
    assert trace.step(2).after["w"][0] == np.float32(1.4)
    assert "x:0" not in trace.step(2).feeds


@pytest.mark.tensorflow
def test_queues_datasets_and_python_functions_are_delivered(record, called):
    status, out, err, path = record(
        """
numbers = tf.data.Dataset.from_tensor_slices(np.arange(6, dtype=np.float32)).batch(3)
following = tf.data.make_one_shot_iterator(numbers).get_next()
python = tf.py_func(lambda value: value + np.float32(1), [following], tf.float32)
python.set_shape([3])
queue = tf.FIFOQueue(5, [tf.float32, tf.string], [[], []])
fill = queue.enqueue_many([[1.0, 2.0], ["a", "bc"]])
number, text = queue.dequeue()
train = tf.train.GradientDescentOptimizer(0.1).minimize(
    tf.reduce_sum(w * (python + number + tf.random_uniform([3])))
)
session = tf.Session()
session.run(tf.global_variables_initializer())
session.run(fill)
for number in range(2):
    print(session.run([train, text, python])[1:])
"""
    )
    assert status == 0 and "b'bc'" in out, err
    trace = read_trace(path)
    first, second = trace.step(1), trace.step(2)
    assert len(first.noise) == 1 and len(first.delivered) == 3  # not what Python was given
    values = [second.delivered[name].tolist() for name in sorted(second.delivered)]
    assert values == [[4, 5, 6], 2.0, b"bc"]
    done = called("replay", path)
    assert done.returncode == 0, done.stdout


@pytest.mark.tensorflow
def test_callables_are_recorded_and_partial_runs_said(record):
    status, out, err, path = record(
        TRAIN
        + """
session = tf.Session()
session.run(tf.global_variables_initializer())
constant = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(w * 2.0))
session.make_callable(constant)()
print(*session.make_callable([loss, train], [x])([1, 1, 1]))
handle = session.partial_run_setup([loss], [x])
print(session.partial_run(handle, loss, {x: [1, 1, 1]}))
"""
    )
    assert status == 0, err
    assert out.splitlines()[0] == "4.8 None"
    trace = read_trace(path)
    assert trace.kept == (1, 2)
    assert trace.notes == ("partial_run is used, whose runs are not recorded.",)
    assert trace.notes[0] in err


@pytest.mark.tensorflow
def test_the_size_is_limited_and_said(record):
    script = (
        TRAIN
        + """
big = tf.reduce_sum(tf.random_uniform([300, 1000]) * w[0])
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss + big)
with tf.train.SingularMonitoredSession() as session:
    while not session.should_stop():
        session.run(train, {x: [1, 2, 3]})
"""
    )
    status, _, err, path = record(script, options=("--steps", "2", "--size", "1"))
    assert status == 0, err
    assert re.search(
        r"\d+ of \d+ tensors on the way are kept, the others are larger than 1 MB", err
    )
    (noise,) = read_trace(path).step(1).noise.values()
    assert noise.shape == (300, 1000)  # noise is kept, whatever it takes
    assert read_trace(path).kept == (1, 2)


@pytest.mark.tensorflow
def test_no_step_is_an_error(record):
    status, _, err, path = record("print(tf.Session().run(x + 1, {x: [1, 2, 3]}))")
    assert status == 1 and not path.exists()
    sentence = "no step was recorded: no call of Session.run changed a trainable variable."
    assert err == f"record_tf1: {sentence}\n"
    # Outside of a graph, today's TensorFlow runs eagerly.
    assert "the script runs eagerly" in sys.modules["record_tf1"].why()


@pytest.mark.tensorflow
def test_the_first_steps_are_in_the_file_before_the_script_ends(record, tmp_path):
    status, out, err, path = record(
        TRAIN
        + """
import shutil, sys
session = tf.Session()
session.run(tf.global_variables_initializer())
for number in range(4):
    session.run([loss, train], {x: [1, 2, 3]})
shutil.copy(sys.argv[1], sys.argv[2])
""",
        tmp_path / "trace.npz",
        tmp_path / "early.npz",
    )
    assert (status, out) == (0, "") and err.count("trace.npz") == 1, err
    early, whole = read_trace(tmp_path / "early.npz"), read_trace(path)
    assert (early.steps, early.kept) == (3, (1, 2, 3)) and (whole.steps, whole.kept) == (
        4,
        early.kept,
    )
    assert len(early.curves["loss:0"][1]) == 3 and len(whole.curves["loss:0"][1]) == 4


@pytest.mark.tensorflow
def test_a_session_of_the_scripts_own_sees_its_own_runs_only(record):
    _, out, err, path = record(
        TRAIN
        + """
class Counting(tf.Session):
    runs = 0

    def run(self, *arguments):
        Counting.runs += 1
        return super().run(*arguments)

session = Counting()
session.run(tf.global_variables_initializer())
for number in range(2):
    session.run(train, {x: [1, 2, 3]})
session.make_callable(train)
print(Counting.runs)
"""
    )
    assert out == "3\n" and read_trace(path).steps == 2, err


@pytest.mark.tensorflow
def test_tensors_of_unknown_sizes_are_small_until_something_says_otherwise(record):
    _, _, err, path = record(
        """
pictures = tf.placeholder_with_default(np.ones([2, 4, 4, 3], np.float32), [None] * 4)
tensor = tf.placeholder_with_default(np.ones([3], np.float32), None)
train = tf.train.GradientDescentOptimizer(0.1).minimize(
    tf.reduce_sum(tf.nn.relu(pictures * 2) * w) + tf.reduce_sum(tf.nn.relu(tensor) * w)
)
session = tf.Session()
session.run(tf.global_variables_initializer())
session.run(train)
"""
    )
    assert "are kept" not in err
    assert {"Relu:0", "Relu_1:0"} <= read_trace(path).step(1).tensors.keys()


BRANCH = """
tf.disable_control_flow_v2()
{noise}
tf.enable_control_flow_v2()
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss * drawn)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for number in range(2):
        session.run(train, {{x: [number, 2, 3]}})
"""


@pytest.mark.tensorflow
def test_noise_inside_a_branch_is_recorded_when_it_is_drawn(record, called):
    noise = "drawn = tf.cond(x[0] > 0, lambda: tf.random_uniform([]), lambda: 0.5)"
    status, _, err, path = record(BRANCH.format(noise=noise))
    assert status == 0 and read_trace(path).notes == (), err
    first, second = read_trace(path).step(1), read_trace(path).step(2)
    assert not first.noise and first.idle == ("cond/random_uniform/RandomUniform",)
    assert [*second.noise] == ["cond/random_uniform/RandomUniform:0"] and not second.idle
    assert called("replay", path).returncode == 0


@pytest.mark.tensorflow
def test_noise_inside_a_loop_is_said(record, called):
    noise = (
        "loop = lambda at, sum: (at + 1, sum + tf.random_uniform([]))\n"
        "_, drawn = tf.while_loop(lambda at, sum: at < 3, loop, [0, 0.0])"
    )
    status, _, err, path = record(BRANCH.format(noise=noise))
    assert status == 0 and "inside a loop or a branch" in err
    assert "RandomUniform" in read_trace(path).notes[0]
    done = called("replay", path)
    assert done.returncode == 3, done.stdout
    assert "values were not compared: they depend on noise" in done.stdout
    assert done.stdout.endswith("What was compared is equal to the recording, but for rounding.\n")


@pytest.mark.tensorflow
def test_what_was_read_during_an_update_is_found_out(record, called, tmp_path):
    """The penalty may read w before its update or after it."""
    status, _, err, path = record(
        TRAIN
        + """
penalty = tf.reduce_sum(3.0 * w, name="penalty")
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    session.run([train, penalty], {x: [1, 2, 3]})
"""
    )
    assert status == 0, err
    step = read_trace(path).step(1)
    members = members_of(path)
    index = index_of(members)
    old_and_new = [(3 * values["w"]).tolist() for values in (step.before, step.after)]
    (name,) = [each for each in step.tensors if step.tensors[each].tolist() in old_and_new]
    for kind, tensor, value in (
        ("tensors", name, 3 * step.after["w"]),
        ("fetched", "penalty:0", np.float32(3 * step.after["w"].sum())),
    ):
        members[f"array_{len(index['arrays'])}.npy"] = array(value)
        index["kept"][0][kind][tensor] = len(index["arrays"])
        index["arrays"].append({"dtype": "float32", "shape": list(np.shape(value))})
    done = called("replay", write(tmp_path / "late.npz", members, index))
    sentence = "reads w while the step updates it; it got the updated value there, by chance."
    assert done.returncode == 0 and sentence in done.stdout, done.stdout
    members[f"array_{len(index['arrays']) - 2}.npy"] = array(4 * step.after["w"])
    done = called("replay", write(tmp_path / "wrong.npz", members, index))
    assert done.returncode == 1 and "neither the old nor the new value" in done.stdout
